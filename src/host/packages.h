/* packages: package managers, and which package brings a program or library (data/packages.toml). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct tool_index;

enum package_manager {
	PM_NONE,
	PM_APT,
	PM_DNF,
	PM_PACMAN,
	PM_APK,
	PM_ZYPPER,
	PM_BREW,
	/* of no machine in particular: they install for one user, anywhere */
	PM_CARGO, /* cargo install, from crates.io */
	PM_PYPI,  /* pipx install, from PyPI */
};

/* The one this machine has (first found in the order above, by the distribution first). */
enum package_manager packages_manager(void);
/* The one of a distribution (os-release's ID) among the programs found. */
enum package_manager packages_manager_of(const char *distribution, const struct tool_index *tools);
const char *packages_manager_name(enum package_manager pm); /* "apt"; "" for PM_NONE */
bool packages_manager_parse(const char *name, enum package_manager *pm);

struct package_answer {
	const char *package; /* "gcc-aarch64-linux-gnu"; NULL when none is known */
	bool verified;       /* false: from a table nobody has tried */
	bool preferred;      /* before what other managers of no machine have */
	bool incomplete;  /* it brings the program, but not all that linking needs (see the note) */
	const char *note; /* a trap worth saying, or NULL */
	const char *trap; /* the same, when it is of this package and not of the program */
};

/* What brings `need` ("aarch64-linux-gnu-gcc", "musl-gcc", "qemu-aarch64", "cargo"); the note may say
 * how else to get it where no package is known. Strings live as long as the program. Thread-safe. */
struct package_answer packages_for(enum package_manager pm, const char *need);
/* Reads the built-in file now, which the first question does otherwise. Thread-safe. */
void packages_read(void);
/* "sudo apt-get install -y A B" for this manager, into a caller-freed string; sudo only when not
 * root and the manager needs it; a name given twice is said once. NULL for PM_NONE and no names. */
char *packages_install_command(enum package_manager pm, const char *const *names, size_t count);
bool packages_need_root(enum package_manager pm);
/* "apt-get update": what fetches the list of packages where `root` (a file tree, "" for this machine's
 * own) has none yet, as in a fresh container; NULL: it is there, or the manager sees to it itself. */
const char *packages_index_command(enum package_manager pm, const char *root);
/* Checks such a file: it parses, names known managers and sources only, and no program twice. For
 * tests; the built-in one is data_find("data/packages.toml"). */
bool packages_check(struct span bytes, const char *name, struct err *err);
