/* recipe: what a project's choice builds and how, told so that any machine can do it.
 *
 * A row for each target: the machine that builds it, what that machine needs besides Rust, what the
 * build is told, and what comes out. It is made of the choice, the project's own files and xtui's
 * tables alone: what happens to be on this machine has no part in it, so that the same choice is
 * the same recipe everywhere. Where the choice names no backend, the first of the order in
 * data/backends.toml counts that a fresh machine can be given. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "export/pins.h"

struct kit;
struct run_spec;
struct target;
struct way;

enum recipe_machine { ON_LINUX, ON_MACOS, ON_WINDOWS, ON_FREEBSD };

/* What machines a format has to give. */
enum recipe_reach {
	REACH_LINUX, /* Linux alone: containers */
	REACH_HOSTED, /* macOS, Windows and a virtual FreeBSD besides, for targets of these systems */
	REACH_HERE,   /* a machine of this one's kind */
};

struct recipe_sysroot {           /* of FreeBSD */
	const char *version;      /* "14.4" */
	const char *url, *sha256; /* of base.txz */
};

/* Lists end with NULL and may be empty, never NULL. */
struct recipe_target {
	const char *triple;
	const struct target *info;
	const struct way *way;
	const char *backend; /* "native" */
	enum recipe_machine machine;
	const char *origin; /* where the way comes from, one line */
	const char *word;   /* what --target is given: "aarch64-unknown-linux-gnu.2.17" */
	const char *const
		*programs; /* that it needs besides Rust, as data/packages.toml has them */
	const char *const *packages;  /* what brings them on Debian */
	const char *const *python;    /* from PyPI: "ziglang==0.17.0" */
	const char *crate;            /* from crates.io: "cross@0.2.5"; or NULL */
	const char *toolchain;        /* other than the project's: "nightly"; or NULL */
	const char *linker;           /* NULL: cargo's configuration or rustc's default says it */
	const char *const *link_args; /* -C link-arg values */
	const char *const *cflags;    /* of C compilers, where a crate has C code */
	const char *const *runner;    /* what runs its programs on that machine */
	const struct recipe_sysroot *sysroot; /* or NULL */
	const struct kit *kit;                /* an SDK, or NULL */
	const char *image;        /* of a container: cross's, or the project's own; or NULL */
	const char *const *files; /* what comes out, below <target-dir>/<triple>/<profile> */
	bool is_wheel;            /* a wheel comes out, in dist */
	/* What its command is called, "zig"; targets whose commands differ in the target's name alone have
	 * the same one, and the first of them says so. */
	const char *method;
	bool is_first;
};

struct recipe_refusal {
	const char *triple, *why;
};

struct recipe {
	const struct run_spec *run; /* outlives it */
	const char
		*again; /* what the command said besides the format, " -t TRIPLE"; NULL: nothing */
	const char *file; /* where it is written; absolute */
	struct pins pins;
	const char *name; /* of the project, of letters that a file's name may have anywhere */
	const char *target_dir;  /* cargo's, below the root: "target" */
	const char *subdir;      /* where the workspace is below the repository, "" in its top */
	const char *channel;     /* what rustup is asked for; NULL: rust-toolchain.toml says it */
	const char *nightly;     /* that builds standard libraries */
	const char *release;     /* of Rust, for images: "1.96" */
	const char *profile_dir; /* "release" */
	const char *wheel_dir;   /* the folder of the Python project, "" the root */
	bool is_locked;          /* there is a Cargo.lock */
	enum recipe_reach reach;
	const char *sysroots; /* folder of sysroots, as the format's files call it */
	bool uses_store;      /* that is xtui's own store, and its trees */
	VEC(struct recipe_target) targets;
	/* For universal2-apple-darwin: a target of the two whose files are joined; or NULL. */
	const struct recipe_target *slice;
	VEC(struct recipe_refusal) refused; /* targets that the format's machines cannot build */
	struct arena arena;
};

/* `run` as for a build: survey, profile, targets. `sysroots` NULL: xtui's own store. ERR_USAGE for
 * a choice that makes no sense, or where nothing is left that can be built; ERR_ENVIRONMENT where
 * the workspace is not fully known. To be given to recipe_fini in any case. */
bool recipe_make(struct recipe *r, const struct run_spec *run, enum recipe_reach reach,
	const char *sysroots, struct err *err);
void recipe_fini(struct recipe *r);

/* Appends the command line that builds it, as a shell reads it; `target` stands in place of the
 * target's name as it is ("$TARGET" in quotes, an expression); NULL: the name. The variables go
 * with it. */
void recipe_command(
	const struct recipe *r, const struct recipe_target *t, const char *target, struct str *out);

struct recipe_variable {
	const char *name, *value;
	bool is_below_ndk; /* the value is a path below the Android NDK */
	const char *note;  /* what whoever sets it says by that, one line; or NULL */
};
/* What its build needs in the environment; ends with a NULL name; in the recipe's arena. */
const struct recipe_variable *recipe_variables(struct recipe *r, const struct recipe_target *t);
/* Whether a flag of rustc's has blanks in it, so that no variable of one target can tell it. */
bool recipe_has_quoted_flags(const struct recipe_target *t);
/* Those of all targets that are no paths of the NDK, each name once, behind the profile's;
 * likewise. */
const struct recipe_variable *recipe_environment(struct recipe *r);
/* What tells cargo of the preset and the single settings, likewise; for all targets. */
const struct recipe_variable *recipe_profile(struct recipe *r);
/* All targets' values of a list, each once, in the order of their first use; in the arena. */
const char *const *
recipe_all(struct recipe *r, const char *const *(*of)(const struct recipe_target *t));
/* What a person chose, in one line of words: "profile release, preset small; packages a, b". */
void recipe_append_choice(const struct recipe *r, struct str *out);
