#include "build/buildstd.h"

#include <stdlib.h>
#include "base/path.h"
#include "base/str.h"
#include "build/run.h"
#include "build/way.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/toolchain.h"

#define SOURCES "lib/rustlib/src/rust/library/std/Cargo.toml"

static bool
takes_unstable(const struct toolchain *tc)
{
	return text_is(tc->channel, "nightly") || text_is(tc->channel, "dev") ||
		getenv("RUSTC_BOOTSTRAP");
}

static bool
err_no_sources(const struct toolchain *tc, const struct way *way, struct err *err)
{
	err_set(err, ERR_ENVIRONMENT,
		"%s: its standard library is to be built, and %s has no sources of it (rust-src)",
		way->triple, tc->name);
	if (tc->kind == TOOLCHAIN_RUSTUP)
		return err_try(err, "rustup component add rust-src --toolchain %s", tc->name);
	return err_try(err, "the distribution's package of rust-src");
}

bool
build_std_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	const struct toolchain *tc = spec->survey->toolchain;
	char *sources;
	bool ok;

	if (!way->build_std)
		return true;
	if (!takes_unstable(tc)) {
		err_set(err, ERR_ENVIRONMENT,
			"%s: only a nightly cargo builds the standard library, and this is %s %s",
			way->triple, tc->channel, tc->release);
		return err_try(err, "--toolchain nightly, or RUSTC_BOOTSTRAP=1 before the command");
	}
	sources = path_join(tc->sysroot, SOURCES);
	ok = file_exists(sources) || err_no_sources(tc, way, err);
	free(sources);
	return ok;
}
