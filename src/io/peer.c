#include "io/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/str.h"
#include "io/file.h"

#define STARTED_FIELD 19 /* of /proc/<pid>/stat, after the state */

/* The state letter ('Z' for a zombie) and the start of a process; 0 and 0 without a /proc. */
static char
read_stat(int64_t pid, uint64_t *started)
{
	char *path = xasprintf("/proc/%" PRId64 "/stat", pid);
	struct str text = STR_INIT;
	const char *name_end, *field;
	char state = 0;

	*started = 0;
	file_read(path, &text, NULL);
	name_end = strrchr(str_cstr(&text), ')'); /* the name may hold anything */
	if (name_end && strlen(name_end) > 2) {
		state = name_end[2];
		field = name_end + 2;
		for (int i = 0; field && i < STARTED_FIELD; i++)
			field = strchr(field + 1, ' ');
		*started = field ? strtoull(field, NULL, 10) : 0;
	}
	str_fini(&text);
	free(path);
	return state;
}

static void
read_place(char *place, size_t size)
{
	char host[96] = "", space[48];
	ssize_t len = readlink("/proc/self/ns/pid", space, sizeof(space) - 1);

	gethostname(host, sizeof(host) - 1);
	snprintf(place, size, "%s %.*s", host, len > 0 ? (int)len : 0, space);
}

struct peer
peer_self(void)
{
	struct peer p = { .pid = getpid() };

	read_stat(p.pid, &p.started);
	read_place(p.place, sizeof(p.place));
	return p;
}

enum peer_state
peer_state(const struct peer *p)
{
	char here[sizeof(p->place)];
	uint64_t started;
	char state;

	read_place(here, sizeof(here));
	if (strcmp(here, p->place) != 0)
		return PEER_ELSEWHERE;
	if (p->pid <= 0 || (kill((pid_t)p->pid, 0) < 0 && errno == ESRCH))
		return PEER_GONE;
	state = read_stat(p->pid, &started);
	if (state == 'Z' || state == 'X')
		return PEER_GONE;
	return started == p->started ? PEER_LIVES : PEER_GONE;
}
