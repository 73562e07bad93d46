/* One watch of the loop for each signal. */
#include "cli/interrupts.h"
#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "io/loop.h"

static const int asked_to_end[] = { SIGINT, SIGTERM, SIGHUP };

enum { SIGNAL_COUNT = COUNT(asked_to_end) };

struct interrupts {
	struct loop_signal *watches[SIGNAL_COUNT];
};

struct interrupts *
interrupts_start(struct loop *loop, void (*fn)(void *arg, int signum), void *arg)
{
	struct interrupts *in = xcalloc(1, sizeof *in);

	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		in->watches[i] = loop_signal_start(loop, asked_to_end[i], fn, arg);
	return in;
}

void
interrupts_stop(struct interrupts *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		loop_signal_stop(in->watches[i]);
	free(in);
}
