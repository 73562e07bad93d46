/* profile_edit: the changes of a profile as an edit of the workspace's Cargo.toml. */
#pragma once

struct edit;
struct err;
struct profile;
struct profile_setting;
struct toolchain;
struct workspace;

/* The edit of the root's Cargo.toml. Old values are replaced: that is what is asked for. NULL with err as
 * edit_prepare, and ERR_USAGE for an option with which this toolchain's cargo would refuse the file (tc may be
 * NULL). */
struct edit *profile_edit_prepare(const struct profile *p, const struct workspace *ws,
	const struct toolchain *tc, struct err *err);
/* Where a setting is set that counts more than Cargo.toml, so that writing it there changes nothing: its
 * origin; NULL where it counts. */
const char *profile_edit_shadow(const struct profile_setting *s);
