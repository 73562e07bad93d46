#include "plan/dismissed.h"
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "io/file.h"
#include "plan/memo.h"

/* Caller frees; NULL without a home. */
static char *
path_for(const char *dir)
{
	char *base = memo_path(dir);
	char *path = base ? xasprintf("%s.dismissed", base) : NULL;

	free(base);
	return path;
}

static char *
text_of(uint64_t what)
{
	return xasprintf("%016" PRIx64 "\n", what);
}

bool
dismissed_is(const char *dir, uint64_t what)
{
	char *path = path_for(dir), *text = text_of(what);
	struct str kept = STR_INIT;
	bool is = path && file_exists(path) && file_read(path, &kept, NULL) &&
		text_is(str_cstr(&kept), text);

	str_fini(&kept);
	free(text);
	free(path);
	return is;
}

void
dismissed_keep(const char *dir, uint64_t what)
{
	char *path = path_for(dir), *text = text_of(what);
	struct err err = ERR_INIT;

	if (path && !what)
		unlink(path);
	else if (path && !file_write(path, span_of(text), &err))
		log_line("%s", err.message);
	free(text);
	free(path);
}
