#include "build/backend.h"

#include "base/count.h"
#include "base/str.h"
#include "ready/remote.h"

static const struct backend *const backends[] = { &backend_native, &backend_zig, &backend_cross,
	&backend_container, &backend_maturin, &backend_xwin, &backend_ndk, &backend_remote };

const struct backend *
backend_find(const char *name)
{
	if (remote_name_in(name))
		return &backend_remote;
	for (size_t i = 0; i < COUNT(backends); i++) {
		if (text_is(backends[i]->name, name))
			return backends[i];
	}
	return NULL;
}

size_t
backend_names(const char *names[BACKEND_MAX])
{
	for (size_t i = 0; i < COUNT(backends); i++)
		names[i] = backends[i]->name;
	return COUNT(backends);
}
