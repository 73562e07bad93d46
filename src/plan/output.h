/* output: what the command of one step writes: its last part kept, told line by line, and read for how far it is. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "plan/meter.h"
#include "text/lines.h"

struct pull;

struct output {
	struct str kept; /* with what xtui itself says of it */
	struct lines lines;
	struct meter meter;
	struct pull *pull; /* NULL: its command pulls no image */
	void (*line)(void *arg, struct span line);
	void *arg;
};

/* `line` is told each line without its end, borrowed; of one that was written over itself what is worth it. */
void
output_init(struct output *o, bool is_pull, void (*line)(void *arg, struct span line), void *arg);
void output_fini(struct output *o);
void output_begin(struct output *o); /* of another run: nothing is kept of the one before */
void output_feed(struct output *o, const char *bytes, size_t len);
void output_say(struct output *o, const char *text); /* a line of its own */
void output_end(struct output *o);                   /* the rest is a line too */

struct output_count {
	int64_t done, total; /* bytes; total 0: it has said nothing */
	int64_t rate;        /* a second; 0: not known */
};
/* How far it says it is. `began`, `now`: loop_clock. */
struct output_count output_count(const struct output *o, uint64_t began, uint64_t now);
/* The last line that the command said, most say there what is wrong: without control sequences, to be given to
 * free(); NULL where there is none that is fit to be read. */
char *output_last_words(const struct output *o);
