#include "io/thread.h"
#include <errno.h>
#include <signal.h>

bool
thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg, struct err *err)
{
	sigset_t all, before;
	int why;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	why = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = why;
	return why == 0 || err_errno(err, "no thread can be started");
}
