/* bench_repair: a failure made by the real tool, its first hint, the fix, and the build that passes then.
 *
 * A case's scripts are run by sh with the words of tests/fixture/repairs.sh, in a folder of their own, on the
 * machine of bench_cli. Packages are installed by a stand-in for apt-get that puts the programs of the real
 * package, which must be on this machine, on the stage's PATH. */
#pragma once
#include "e2e/bench_cli.h"

/* A line of `setup` for a project whose target ARM64 has its linker. */
#define ARM64_LINKER                                                                               \
	"printf '[target." ARM64 "]\\nlinker = \"aarch64-linux-gnu-gcc\"\\n' | config\n"

struct repair {
	const char *cause; /* of the catalogue; what the first hint must say */
	const char *
		machine; /* "clang -musl-gcc": put on PATH, taken off; what cannot be put there skips */
	const char *fixture; /* a file below build/fixture without which it is skipped; or NULL */
	bool own_rustup; /* with a rustup of its own, and a server that has the fixture's targets */
	const char *setup;  /* makes the project; `cannot WHY` skips the case */
	const char *build;  /* fails, and passes once it is repaired */
	bool passes;        /* it ends well at first, too: what is wrong is told in a warning */
	const char *target; /* told to explain; NULL: it is read from the log */
	int apply;          /* this fix is carried out by explain --apply; 0: by hand, then */
	const char *says;   /* what a fix says that is done by hand ... */
	const char *repair; /* ... by this script */
};

/* Runs them as the tests of a program, or those alone that the glob XTUI_REPAIR names; the number that failed. */
int repair_main(const struct repair *cases, size_t count);
