/* See frame_large.c. */
void frame_call(void (*call)(void));

void frame_call(void (*call)(void))
{
    volatile char room[40];
    room[0] = 1;
    call();
    room[1] = room[0];
}
