/* What asks a command to end while it works: Ctrl-C, the end of the terminal or of the session, kill. Watched
 * from before the work begins: a signal that comes earlier would end xtui and leave its children. */
#pragma once

struct interrupts;
struct loop;

/* fn is called on the loop, as often as one comes, until interrupts_stop, which takes NULL. */
struct interrupts *
interrupts_start(struct loop *loop, void (*fn)(void *arg, int signum), void *arg);
void interrupts_stop(struct interrupts *in);
