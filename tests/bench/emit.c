/* emit: lines as cargo prints them, colours and all, about 89 bytes each.
 *
 *   emit LINES [TAG [LINES_PER_SECOND]]
 *
 * Ends with the line "END-OF-<TAG>". Without a rate, as fast as they are taken. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TICKS 100 /* bursts a second, when there is a rate */
#define BOLD "\033[1m"
#define OFF "\033[0m"

static void
print_status(long i, const char *tag)
{
	printf(BOLD "\033[32m   Compiling" OFF
		    " %s-part%ld v1.%ld.%ld (/home/ada/.cargo/registry/src/part-%ld)\n",
		tag, i, i % 40, i % 9, i);
}

static void
print_warning(long i, const char *tag)
{
	printf(OFF BOLD "\033[33mwarning" OFF OFF BOLD
			": variable `%s_%ld` is assigned to, but never used" OFF "\n",
		tag, i);
}

static void
print_place(long i, const char *tag)
{
	printf("  " BOLD "\033[34m--> " OFF
	       "crates/%s/src/part_%ld.rs:%ld:9 \xe2\x86\x92 caf\xc3\xa9 "
	       "\xe6\xbc\xa2\xe5\xad\x97\n",
		tag, i, i % 900 + 1);
}

static void
print_source(long i, const char *tag)
{
	printf(BOLD "\033[34m%ld |" OFF
		    "     let %s_%ld = read(path)?;   \033[33m^^^^^^\033[0m help: use `_%s`\n",
		i % 900 + 1, tag, i, tag);
}

static void
print_note(long i, const char *tag)
{
	printf("   = note: `#[warn(unused_assignments)]` is on by default, as line %ld of %s says "
	       "at length\n",
		i, tag);
}

static void (*const kinds[])(long i, const char *tag) = {
	print_status,
	print_warning,
	print_place,
	print_source,
	print_note,
};

/* Sleeps until tick `n` after `start`. */
static void
wait_tick(struct timespec start, long n)
{
	struct timespec at = { start.tv_sec + n / TICKS,
		start.tv_nsec + n % TICKS * (1000000000 / TICKS) };

	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

int
main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 0;
	const char *tag = argc > 2 ? argv[2] : "x";
	long burst = argc > 3 ? atol(argv[3]) / TICKS : 0;
	struct timespec start;

	if (count <= 0) {
		fprintf(stderr, "usage: emit LINES [TAG [LINES_PER_SECOND]]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long i = 0; i < count; i++) {
		kinds[i % (long)(sizeof kinds / sizeof *kinds)](i, tag);
		if (burst > 0 && (i + 1) % burst == 0) {
			fflush(stdout);
			wait_tick(start, (i + 1) / burst);
		}
	}
	printf("END-OF-%s\n", tag);
	return fflush(stdout) == 0 ? 0 : 1;
}
