/* term_rescue: gives the terminal back when a signal ends the process where it stands.
 *
 * A dying process may do next to nothing, so what it needs lies ready: bytes to write, modes to set.
 * Only term includes this. */
#pragma once
#include <stddef.h>
#include <termios.h>

#define RESCUE_BYTES_MAX 512

/* Takes over SEGV, ABRT, BUS, ILL, FPE and QUIT: the terminal is restored, then the signal does what
 * it would have done. `stderr_fd` is what becomes standard error again, or -1. */
void rescue_arm(int tty, const struct termios *modes, int stderr_fd);
void rescue_disarm(void);
/* What brings the screen back; longer than RESCUE_BYTES_MAX is cut. */
void rescue_set_bytes(const char *bytes, size_t len);
