/* log_fold: which lines of a log are long commands, that few want to read. */
#pragma once
#include "base/str.h"

/* Of rustc's `= note:  "cc" "-m64" …` the bytes up to the program's name and with it, which stay when
 * the line is folded; 0: the line is none of these. */
size_t log_fold_head(struct span line);
