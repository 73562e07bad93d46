/* thread: a thread that no signal of the program's is delivered to. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include "base/err.h"

bool thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg, struct err *err);
