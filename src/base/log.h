/* log: what the program did, for whoever looks into a bug.
 *
 * Off until log_open; then lines "<ms since start> <text>" are appended to
 * $XDG_STATE_HOME/xtui/xtui.log. Never used for what the user must read. */
#pragma once
#include <stdbool.h>

void log_open(const char *path); /* quietly stays off when the file cannot be opened */
void log_close(void);
bool log_is_on(void);
void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
