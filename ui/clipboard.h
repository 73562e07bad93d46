/* clipboard: text out of the program, by whatever way there is here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct loop;

/* tmux's buffer (which it hands on), else OSC 52, else the desktop's tool, else a file. Returns at
 * once; `done` is told on the loop's thread where the text went ("to the clipboard by xclip", "to
 * ~/.local/state/xtui/copied.txt"), or with ok false why it went nowhere. `text` is copied. */
void clipboard_put(struct loop *l, const char *text, size_t len,
	void (*done)(void *arg, bool ok, const char *where), void *arg);
