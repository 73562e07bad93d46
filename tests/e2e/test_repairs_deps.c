/* Repairs: what build scripts need; glibc and musl in one program. */
#include "e2e/bench_repair.h"

#define SIMPLE_C "echo 'int glue(void) { return 7; }' | c_part\n"
#define RUN "cargo run"
#define BUILD_MUSL "cargo build --target " MUSL

/* What the cmake, openssl-sys, pkg-config, clang-sys and pyo3-build-config crates do, with their words. */
#define SCRIPT(name) "cp \"$XTUI_REPAIRS/scripts/" name ".rs\" build.rs\n"

static const struct repair repairs[] = {
	{
		.cause = "c-compiler-missing",
		.machine = "aarch64-linux-gnu-ar -aarch64-linux-gnu-gcc",
		.setup = "crate\n" SIMPLE_C ARM64_LINKER,
		.build = "cargo build --target " ARM64,
		.apply = 1,
	},
	{
		.cause = "c-compiler-missing",
		.machine = "-musl-gcc",
		.setup = "crate\n" SIMPLE_C,
		.build = BUILD_MUSL,
		.apply = 1,
	},
	{
		.cause = "c-compiler-wrong-target",
		.setup = "crate\n" SIMPLE_C ARM64_LINKER "set_env CFLAGS=-m64\n",
		.build = "cargo build --target " ARM64,
		.says = "unset CC and CFLAGS",
		.repair = "rm env.sh",
	},
	{
		.cause = "c-header-missing",
		.setup = "crate\nmkdir include && echo '#define GREET 7' >include/greetvalue.h\n"
			 "printf '#include <greetvalue.h>\\nint glue(void) { return GREET; }\\n' | "
			 "c_part\n",
		.build = RUN,
		.target = HOST,
		.says = "CFLAGS_x86_64_unknown_linux_gnu=-I",
		.repair = "set_env CFLAGS_x86_64_unknown_linux_gnu=-I$PWD/include",
	},
	{
		.cause = "libclang-missing",
		.setup = "crate\n" SCRIPT("clang_sys") "set_env LIBCLANG_PATH=$PWD/nowhere\n",
		.build = "ls /usr/lib/llvm*/lib/libclang*.so* >found\n" RUN,
		.machine = "ls clang",
		.says = "LIBCLANG_PATH=",
		.repair = "read -r library <found; set_env LIBCLANG_PATH=${library%/*}",
	},
	{
		.cause = "bindgen-sysroot",
		.machine = "clang",
		.setup = "crate\n" SCRIPT("bindgen") ARM64_LINKER
		"mkdir -p root/include && printf '#define GREET 7\\n' >root/include/greetvalue.h\n"
		"printf '#include <greetvalue.h>\\n' >wrapper.h\n",
		.build = "cargo build --target " ARM64,
		.says = "BINDGEN_EXTRA_CLANG_ARGS_aarch64_unknown_linux_gnu=\"--sysroot=",
		.repair = "set_env "
			  "BINDGEN_EXTRA_CLANG_ARGS_aarch64_unknown_linux_gnu=\"--sysroot=$PWD/"
			  "root\"",
	},
	{
		.cause = "cmake-missing",
		.machine = "make c++ -cmake",
		.setup = "crate\n" SCRIPT(
			"cmake") "printf 'cmake_minimum_required(VERSION 3.10)\\nproject(glue C)\\n"
				 "add_library(glue STATIC glue.c)\\n' >CMakeLists.txt\n"
				 "echo 'int glue(void) { return 7; }' >glue.c\n",
		.build = RUN,
		.apply = 1,
	},
	{
		.cause = "build-tool-missing",
		.machine = "-ninja",
		.setup = "crate\n" SCRIPT(
			"ninja") "printf 'rule copy\\n  command = cp $in $out\\nbuild out.txt: "
				 "copy Cargo.toml\\n' >build.ninja\n",
		.build = RUN,
		.apply = 1,
	},
	{
		.cause = "build-tool-missing",
		.machine = "-make",
		.setup = "crate\nprintf 'all:\\n\\ttrue\\n' >Makefile\n"
			 "echo 'fn main() { "
			 "assert!(std::process::Command::new(\"sh\").args([\"-c\", "
			 "\"make\"]).status().unwrap().success()); }' | build_script\n",
		.build = RUN,
		.apply = 1,
	},
	{
		.cause = "pkg-config-cross",
		.machine = "pkg-config",
		.setup = "crate\n" SCRIPT("pkg_config") ARM64_LINKER
		"mkdir -p root/lib/pkgconfig\n"
		"printf 'Name: greetvalue\\nDescription: x\\nVersion: 1\\nLibs:\\n' "
		">root/lib/pkgconfig/greetvalue.pc\n",
		.build = "cargo build --target " ARM64,
		.says = "PKG_CONFIG_SYSROOT_DIR_aarch64_unknown_linux_gnu=",
		.repair = "set_env PKG_CONFIG_SYSROOT_DIR_aarch64_unknown_linux_gnu=$PWD/root"
			  " PKG_CONFIG_PATH_aarch64_unknown_linux_gnu=$PWD/root/lib/pkgconfig",
	},
	{
		.cause = "pkg-config-lib-not-found",
		.machine = "pkg-config",
		.setup = "crate\n" SCRIPT(
			"pkg_config") "mkdir pc && printf 'Name: greetvalue\\nDescription: "
				      "x\\nVersion: 1\\nLibs:\\n' >pc/greetvalue.pc\n",
		.build = RUN,
		.says = "PKG_CONFIG_PATH=",
		.repair = "set_env PKG_CONFIG_PATH=$PWD/pc",
	},
	{
		.cause = "pkg-config-lib-not-found",
		.machine = "-pkg-config",
		.setup = "crate\n" SCRIPT(
			"pkg_config") "mkdir pc && printf 'Name: greetvalue\\nDescription: "
				      "x\\nVersion: 1\\nLibs:\\n' >pc/greetvalue.pc\n"
				      "set_env PKG_CONFIG_PATH=$PWD/pc\n",
		.build = RUN,
		.apply = 1,
	},
	{
		.cause = "openssl-not-found",
		.setup = "crate\n" SCRIPT("openssl_sys") ARM64_LINKER
		"mkdir -p ssl/include/openssl ssl/lib && touch ssl/include/openssl/opensslv.h\n",
		.build = "cargo build --target " ARM64,
		.says = "AARCH64_UNKNOWN_LINUX_GNU_OPENSSL_DIR",
		.repair = "set_env AARCH64_UNKNOWN_LINUX_GNU_OPENSSL_DIR=$PWD/ssl",
	},
	{
		.cause = "pyo3-cross-config",
		.setup = "crate\n" SCRIPT("pyo3") ARM64_LINKER,
		.build = "cargo build --target " ARM64,
		.says = "PYO3_CROSS_PYTHON_VERSION=3.x",
		.repair = "set_env PYO3_CROSS_PYTHON_VERSION=3.11",
	},
	{
		.cause = "glibc-objects-in-musl",
		.machine = "-musl-gcc",
		.setup = "crate\n"
			 "printf '#include <stdio.h>\\n#include <string.h>\\n"
			 "int glue(void) { char b[800]; return sprintf(b, \"%%s\", "
			 "getenv(\"HOME\")); }\\n' |\n"
			 "	sed '1i #include <stdlib.h>' | c_part\n"
			 "set_env 'CFLAGS=\"-O2 -D_FORTIFY_SOURCE=2\"' CC=gcc\n",
		.build = BUILD_MUSL,
		.says = "CC_x86_64_unknown_linux_musl=musl-gcc",
		.repair = "apt-get install -y musl-tools && set_env "
			  "CC_x86_64_unknown_linux_musl=musl-gcc",
	},
	{
		.cause = "mingw-dlltool-missing",
		.machine = "-x86_64-w64-mingw32-dlltool",
		.setup = "crate\n"
			 "echo '#[link(name = \"greetvalue\", kind = \"raw-dylib\")] extern \"C\" "
			 "{ fn greet_value() -> i32; }"
			 " fn main() { println!(\"{}\", unsafe { greet_value() }) }' | main_is\n",
		.build = "cargo build --target " WINDOWS,
		.apply = 1,
	},
};

int
main(void)
{
	return repair_main(repairs, COUNT(repairs));
}
