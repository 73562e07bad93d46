#include "build/logdir.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"

#define SAME_SECOND_MAX 1000

/* A number follows where several begin in one second. */
static char *
make_below(const char *parent, char **name, struct err *err)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;

	if (!file_make_dirs(parent, 0755, err))
		return NULL;
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	for (int n = 1; n < SAME_SECOND_MAX; n++) {
		bool is_there;
		char *path;

		*name = n > 1 ? xasprintf("%s-%d", stamp, n) : xstrdup(stamp);
		path = path_join(parent, *name);
		if (mkdir(path, 0755) == 0)
			return path;
		if (!(is_there = errno == EEXIST))
			err_errno(err, "%s", path);
		free(path);
		free(*name);
		*name = NULL;
		if (!is_there)
			return NULL;
	}
	err_set(err, ERR_ENVIRONMENT, "%s: too many runs begin at once", parent);
	return NULL;
}

char *
logdir_make(const char *parent, char **name, struct err *err)
{
	const char *temporary = getenv("TMPDIR");
	char *state = path_state_dir(), *logs = state ? path_join(state, "logs") : NULL;
	char *dir = NULL;

	*name = NULL;
	if (parent) {
		dir = make_below(parent, name, err);
	} else if (!logs || !(dir = make_below(logs, name, NULL))) {
		free(logs);
		logs = file_make_temp_dir(
			temporary && *temporary ? temporary : "/tmp", "xtui-logs-", err);
		dir = logs ? make_below(logs, name, err) : NULL;
	}
	free(logs);
	free(state);
	return dir;
}
