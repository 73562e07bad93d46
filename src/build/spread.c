#include "build/spread.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "build/run.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "text/fuzzy.h"

static bool
err_no_remote(const struct remotes *remotes, const char *name, struct err *err)
{
	const char **names = xcalloc(remotes->count + 1, sizeof(*names));
	const char *nearest;
	size_t count = 0;

	for (; count < remotes->count; count++)
		names[count] = remotes->items[count].name;
	nearest = fuzzy_nearest(name, names, count);
	free(names);
	err_set(err, ERR_USAGE, "there is no remote \"%s\"", name);
	if (nearest)
		return err_try(err, "remote:%s", nearest);
	return err_try(err, "[remote.%s] with host = \"…\" in config.toml", name);
}

/* The one that has the least to do for its slots once it has one more; of equals the first. */
static const struct remote *
least_busy(const struct remotes *remotes, const char *triple, const int *loads)
{
	const struct remote *best = NULL;

	for (size_t i = 0; i < remotes->count; i++) {
		const struct remote *r = &remotes->items[i];

		if (!remote_serves(r, triple))
			continue;
		if (!best ||
			(loads[i] + 1) * best->slots <
				(loads[best - remotes->items] + 1) * r->slots)
			best = r;
	}
	return best;
}

static bool
choose(const struct remotes *remotes, const struct run_spec *spec, struct way *way,
	const int *loads, struct err *err)
{
	const char *name = remote_name_in(way_option(spec, way->triple, WAY_BACKEND));

	if (name) {
		way->remote = remotes_find(remotes, name);
		return way->remote || err_no_remote(remotes, name, err);
	}
	if ((way->remote = least_busy(remotes, way->triple, loads)))
		return true;
	err_set(err, ERR_USAGE, "%s: no remote serves this target", way->triple);
	return err_try(err, "[remote.NAME] with host = \"…\" in config.toml (xtui help config)");
}

bool
ways_spread(const struct run_spec *spec, struct way *ways, size_t count, struct err *err)
{
	static const struct remotes none = { 0 };
	const struct remotes *remotes = spec->survey->remotes ? spec->survey->remotes : &none;
	int *loads = xcalloc(remotes->count + 1, sizeof(*loads));
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++) {
		if (ways[i].backend != &backend_remote)
			continue;
		if ((ok = choose(remotes, spec, &ways[i], loads, err)))
			loads[ways[i].remote - remotes->items]++;
	}
	free(loads);
	return ok;
}
