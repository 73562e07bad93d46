/* kits: SDKs of other makers that a backend needs, as data/kits.toml tells them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "plan/plan.h"

/* Lists end with NULL and may be empty, never NULL. */
struct kit {
	const char *name;  /* "android-ndk" */
	const char *title; /* "Android NDK r27d" */
	const char *backend;
	const char *const *targets, *const *hosts; /* globs; no hosts: any */
	const char *url, *sha256;                  /* of an archive, or NULL */
	int64_t bytes, disk_bytes;                 /* -1 unknown */
	const char *const *into;                   /* places, the first that counts */
	int strip;
	const char *const *run; /* a command instead of an archive */
	const char *tell;       /* a line for the shell's profile, or NULL */
	struct step_license license;
};

struct kits {
	struct kit *items;
	size_t count;
};

/* Everything lives in the arena. ERR_PARSE when the table is broken (a test holds that the
 * built-in one is not). */
bool kits_load(struct arena *arena, struct kits *out, struct err *err);
/* The one that the backend needs for a target from a host, or NULL. */
const struct kit *
kits_find(const struct kits *kits, const char *backend, const char *triple, const char *host);
/* Where it would go, in the arena; NULL without a home. */
const char *kit_destination(const struct kit *kit, struct arena *arena);
