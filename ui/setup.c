#include "ui/setup.h"
#include "plan/plan.h"
#include "plan/runner.h"

struct span
setup_output(const struct setup *s, size_t step)
{
	return s->runner ? runner_output(s->runner, step) : s->steps[step].output;
}

size_t
setup_count_over(const struct setup *s)
{
	size_t over = 0;

	for (size_t i = 0; i < s->plan->count; i++)
		over += step_state_is_over(s->steps[i].status->state);
	return over;
}
