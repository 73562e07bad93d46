/* ndk: where Android's native development kit is on this machine. */
#pragma once
#include "base/arena.h"

struct ndk {
	const char *path;    /* NULL: none was found */
	const char *version; /* "26.1.10909125", or NULL */
	const char *origin;  /* what named it: "ANDROID_NDK_HOME", "ANDROID_HOME" … */
};

/* As cargo-ndk looks: the variables that name one, else the newest of an SDK. In the arena. */
struct ndk ndk_find(struct arena *arena);
