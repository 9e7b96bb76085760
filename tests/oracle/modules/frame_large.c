/* The same code as frame_small.c but for the size of the frame: the return addresses are equal when
 * the module lies where the other did. */
void frame_call(void (*call)(void));

void frame_call(void (*call)(void))
{
    volatile char room[104];
    room[0] = 1;
    call();
    room[1] = room[0];
}
