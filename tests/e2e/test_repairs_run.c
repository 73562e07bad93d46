/* Repairs: programs that are built and do not start; what the build itself runs. */
#include "e2e/bench_repair.h"

#define RUN_ARM64 "cargo run --target " ARM64
#define RUNNER "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER"
#define ZIG                                                                                        \
	"set_env PATH=$PATH:$XTUI_FIXTURE/tools/bin "                                              \
	"ZIG_GLOBAL_CACHE_DIR=$XTUI_FIXTURE/zig-cache\n"
/* exp10 has a new version since glibc 2.39. */
#define EXP10                                                                                      \
	"echo '#[link(name = \"m\")] extern \"C\" { fn exp10(a: f64) -> f64; }"                    \
	" fn main() { println!(\"{}\", unsafe { exp10(std::env::args().count() as f64) }); }'"
#define OLDER_THAN_EXP10                                                                           \
	"! grep -q GLIBC_2.39 /lib/x86_64-linux-gnu/libm.so.6 /lib64/libm.so.6 2>/dev/null"        \
	" || cannot 'glibc is too new here'\n"

static const struct repair repairs[] = {
	{
		.cause = "exec-format-error-run",
		.setup = "crate\n" ARM64_LINKER "[ ! -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || "
			 "cannot 'programs of others are run here'\n",
		.build = RUN_ARM64,
		.says = RUNNER "=\"qemu-",
		.repair = "set_env " RUNNER "='\"qemu-aarch64-static -L /usr/aarch64-linux-gnu\"'",
		.machine = "qemu-aarch64-static",
	},
	{
		.cause = "missing-dynamic-loader",
		.machine = "qemu-aarch64-static",
		.setup = "crate\n" ARM64_LINKER "set_env " RUNNER "=qemu-aarch64-static\n",
		.build = RUN_ARM64,
		.says = "QEMU_LD_PREFIX=/usr/",
		.repair = "set_env QEMU_LD_PREFIX=/usr/aarch64-linux-gnu",
	},
	{
		.cause = "illegal-instruction",
		.machine = "qemu-aarch64-static",
		.setup = "crate\n" ARM64_LINKER "echo 'use std::sync::atomic::*; static N: "
			 "AtomicUsize = AtomicUsize::new(1);"
			 " fn main() { println!(\"{}\", N.fetch_add(1, Ordering::SeqCst)) }' | "
			 "main_is\n"
			 "set_env QEMU_LD_PREFIX=/usr/aarch64-linux-gnu QEMU_CPU=cortex-a53 "
			 "RUSTFLAGS=-Ctarget-cpu=neoverse-n1 " RUNNER "=qemu-aarch64-static\n",
		.build = RUN_ARM64,
		.says = "-C target-cpu=native",
		.repair = "set_env RUSTFLAGS=",
	},
	{
		.cause = "missing-shared-lib-runtime",
		.setup = "crate\nmkdir lib && echo 'int greet_value(void) { return 7; }' >v.c\n"
			 "cc -fPIC -shared -o lib/libgreetvalue.so v.c\n"
			 "printf '#[link(name = \"greetvalue\")] extern \"C\" { fn greet_value() "
			 "-> i32; }"
			 " fn main() { println!(\"{}\", unsafe { greet_value() }) }' | main_is\n"
			 "set_env \"RUSTFLAGS='-L native=$PWD/lib'\"\n",
		.build = "cargo build && ./target/debug/greet",
		.says = "LD_LIBRARY_PATH",
		.repair = "set_env LD_LIBRARY_PATH=$PWD/lib",
	},
	{
		.cause = "build-script-foreign-binary",
		.setup =
			"crate\n" ARM64_LINKER "[ ! -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || "
			"cannot 'programs of others are run here'\n"
			"echo 'int main(void) { return 0; }' >helper.c\n"
			"echo 'use std::{env, process::Command}; fn main() { "
			"println!(\"cargo:rerun-if-env-changed=HOST_CC\");"
			" let helper = env::var(\"OUT_DIR\").unwrap() + \"/helper\";"
			" let cc = env::var(\"HOST_CC\").or(env::var(\"CC\")).unwrap();"
			" Command::new(cc).args([\"-o\", &helper, \"helper.c\"]).status().unwrap();"
			" if let Err(e) = Command::new(&helper).status() { panic!(\"failed to run "
			"`{helper}`: {e}\") } }' | build_script\n"
			"set_env CC=aarch64-linux-gnu-gcc\n",
		.build = "cargo build --target " ARM64,
		.says = "HOST_CC for helpers",
		.repair = "set_env HOST_CC=cc",
	},
	{
		.cause = "buildscript-glibc-mismatch",
		.fixture = "tools/packages",
		/* One target folder for a system with a newer glibc, as a container is one, and for this. */
		.setup = "crate\n" OLDER_THAN_EXP10 ZIG ". ./env.sh\n" EXP10 " | build_script\n"
			 "printf '#!/bin/sh\\nfor word; do shift; [ \"$word\" = -m64 ] || set -- "
			 "\"$@\" \"$word\"; done\\n"
			 "exec zig cc -target x86_64-linux-gnu.2.39 \"$@\" -lunwind\\n' >system-cc "
			 "&& chmod +x system-cc\n"
			 "set_env CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=$PWD/system-cc\n"
			 ". ./env.sh; cargo build || printf '#!/bin/sh\\nexec cc \"$@\"\\n' "
			 ">system-cc\n",
		.build = "cargo build",
		.apply = 1,
	},
	{
		.cause = "glibc-too-old-runtime",
		.fixture = "tools/packages",
		.machine = "ldd",
		.setup = "crate\n" OLDER_THAN_EXP10 ZIG EXP10 " | main_is\nset_env FLOOR=.2.39\n",
		.build = "cargo zigbuild --target " HOST "$FLOOR && ./target/" HOST "/debug/greet",
		.says = "choose the floor: cargo zigbuild --target",
		.repair = "set_env FLOOR=.2.17",
	},
};

int
main(void)
{
	return repair_main(repairs, COUNT(repairs));
}
