/* drain: the least that can be done with the output of several programs: read it and forget it.
 *
 *   drain N PROGRAM [ARGS...]
 *
 * Runs N of them at once, each on a pipe of its own, and prints as JSON how long that took, from the
 * first start to the last end of file, and how many bytes came. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHILDREN_MAX 64
#define READ_SIZE (1 << 18)

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Starts a program with its output on a pipe; the end to read from. */
static int
start(char **argv)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) != 0 || (pid = fork()) < 0) {
		perror("drain");
		exit(1);
	}
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	close(ends[1]);
	return ends[0];
}

/* Reads once from each pipe that has something, forgets those at their end; the bytes. */
static uint64_t
read_ready(struct pollfd *pipes, int count, int *open)
{
	static char buffer[READ_SIZE];
	uint64_t bytes = 0;

	for (int i = 0; i < count; i++) {
		ssize_t n;

		if (!pipes[i].revents)
			continue;
		n = read(pipes[i].fd, buffer, sizeof buffer);
		if (n > 0) {
			bytes += (uint64_t)n;
		} else if (n == 0 || errno != EINTR) {
			close(pipes[i].fd);
			pipes[i].fd = -1;
			--*open;
		}
	}
	return bytes;
}

int
main(int argc, char **argv)
{
	struct pollfd pipes[CHILDREN_MAX];
	int count = argc > 2 ? atoi(argv[1]) : 0;
	int open = count;
	uint64_t bytes = 0;
	double began = now_ms();
	int status;
	bool ok = true;

	if (count < 1 || count > CHILDREN_MAX) {
		fprintf(stderr, "usage: drain N PROGRAM [ARGS...], N from 1 to %d\n", CHILDREN_MAX);
		return 2;
	}
	for (int i = 0; i < count; i++)
		pipes[i] = (struct pollfd){ start(argv + 2), POLLIN, 0 };
	while (open > 0)
		if (poll(pipes, (nfds_t)count, -1) > 0)
			bytes += read_ready(pipes, count, &open);
	printf("{\"ended_ms\":%.1f,\"bytes\":%llu}\n", now_ms() - began, (unsigned long long)bytes);
	while (wait(&status) > 0)
		ok = ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return ok ? 0 : 1;
}
