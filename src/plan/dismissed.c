#include "plan/dismissed.h"
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"

/* Caller frees; NULL without a home. */
static char *
path_for(const char *dir)
{
	char *state = path_state_dir(), *real = file_real_path(dir), *path = NULL;

	if (state)
		path = path_joinf(state, "plans/%016" PRIx64 ".dismissed",
			hash_text(HASH_INIT, real ? real : dir));
	free(real);
	free(state);
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
