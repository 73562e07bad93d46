/* packages: package managers, and which package brings a program or library (data/packages.toml). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

enum package_manager { PM_NONE, PM_APT, PM_DNF, PM_PACMAN, PM_APK, PM_ZYPPER, PM_BREW };

/* The one this machine has (first found in the order above, by the distribution first). */
enum package_manager packages_manager(void);
const char *packages_manager_name(enum package_manager pm); /* "apt"; "" for PM_NONE */
bool packages_manager_parse(const char *name, enum package_manager *pm);

struct package_answer {
	const char *package; /* "gcc-aarch64-linux-gnu"; NULL when none is known */
	bool verified;       /* false: from a table nobody has tried */
	const char *note;    /* a trap worth saying, or NULL */
};

/* What brings `need` ("aarch64-linux-gnu-gcc", "musl-gcc", "qemu-aarch64", "cargo"). Strings live
 * as long as the program. */
struct package_answer packages_for(enum package_manager pm, const char *need);
/* "sudo apt-get install -y A B" for this manager, into a caller-freed string; sudo only when not
 * root and the manager needs it. NULL for PM_NONE. */
char *packages_install_command(enum package_manager pm, const char *const *names, size_t count);
/* Checks that data/packages.toml parses and names known managers only. For tests. */
bool packages_check(struct err *err);
