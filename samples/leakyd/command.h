/*
 * The line protocol. One line, one command; each is answered by one line that starts with a number,
 * followed by as many bytes as it announces:
 *
 *   PWD              200 /music
 *   CD NAME          200 /music/old      "/" is the root
 *   LIST             150 N               then N bytes, one line "BYTES NAME" for each file
 *   GET NAME         150 N               then the file's N bytes
 *   PUT NAME N       350 N               then the client sends N bytes; 226 when they are stored
 *   WHO              200 SESSIONS        how many clients are connected
 *   QUIT             221 bye
 */
#ifndef LEAKYD_COMMAND_H
#define LEAKYD_COMMAND_H

struct session;

/* Runs one line, which it may change. */
void command_run(struct session *session, char *line);

#endif
