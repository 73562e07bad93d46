#include "ui/term_rescue.h"
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/count.h"

#define STACK_BYTES 65536

static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGQUIT };

static struct rescue {
	volatile sig_atomic_t is_armed;
	int tty;
	int stderr_fd;
	struct termios modes;
	char bytes[RESCUE_BYTES_MAX];
	size_t len;
	struct sigaction before[COUNT(signals)];
	char *stack; /* of the handler: a stack that is full ends programs too; NULL: someone else's */
} rescue;

static void
restore_terminal(void)
{
	rescue.is_armed = false;
	ssize_t unused = write(rescue.tty, rescue.bytes, rescue.len);
	(void)unused;
	tcsetattr(rescue.tty, TCSANOW, &rescue.modes);
	if (rescue.stderr_fd >= 0)
		dup2(rescue.stderr_fd, STDERR_FILENO);
}

static void
on_crash(int signum)
{
	size_t i = 0;

	if (rescue.is_armed)
		restore_terminal();
	while (i + 1 < COUNT(signals) && signals[i] != signum)
		i++;
	sigaction(signum, &rescue.before[i], NULL);
	raise(signum); /* comes when we return */
}

void
rescue_arm(int tty, const struct termios *modes, int stderr_fd)
{
	struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };
	stack_t stack = { .ss_size = STACK_BYTES }, before;

	rescue.tty = tty;
	rescue.modes = *modes;
	rescue.stderr_fd = stderr_fd;
	rescue.is_armed = true;
	sigemptyset(&action.sa_mask);
	if (sigaltstack(NULL, &before) == 0 && (before.ss_flags & SS_DISABLE)) {
		stack.ss_sp = rescue.stack = xmalloc(STACK_BYTES);
		sigaltstack(&stack, NULL);
	}
	for (size_t i = 0; i < COUNT(signals); i++)
		sigaction(signals[i], &action, &rescue.before[i]);
}

void
rescue_disarm(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	if (!rescue.is_armed)
		return;
	rescue.is_armed = false;
	for (size_t i = 0; i < COUNT(signals); i++)
		sigaction(signals[i], &rescue.before[i], NULL);
	if (rescue.stack)
		sigaltstack(&none, NULL);
	free(rescue.stack);
	rescue.stack = NULL;
}

void
rescue_set_bytes(const char *bytes, size_t len)
{
	rescue.len = len < RESCUE_BYTES_MAX ? len : RESCUE_BYTES_MAX;
	memcpy(rescue.bytes, bytes, rescue.len);
}
