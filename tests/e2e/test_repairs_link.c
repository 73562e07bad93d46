/* Repairs: the linker, its configuration, and what the target's system gives to link with. */
#include "e2e/bench_repair.h"

/* clang with lld, looking for the target's libraries in a folder of the project alone. */
#define CLANG_SYSROOT(dir)                                                                         \
	"printf '[target." ARM64 "]\\nlinker = \"clang\"\\n' | config\n"                           \
	"set_env \"RUSTFLAGS='-Clink-arg=--target=aarch64-linux-gnu -Clink-arg=-fuse-ld=lld"       \
	" -Clink-arg=--sysroot=$PWD/" dir "'\"\n"
#define DROP_SYSROOT "sed -i 's/ -Clink-arg=--sysroot=[^ ]*$/'\"'\"'/' env.sh"
#define BUILD_ARM64 "cargo build --target " ARM64
#define RUN "cargo run"

static const struct repair repairs[] = {
	{
		.cause = "linker-not-found",
		.machine = "-aarch64-linux-gnu-gcc",
		.setup = "crate\n" ARM64_LINKER,
		.build = BUILD_ARM64,
		.apply = 1,
	},
	{
		.cause = "linker-not-executable",
		.setup = "crate\n"
			 "printf '#!/bin/sh\\nexec cc \"$@\"\\n' >greet-gcc\n"
			 "printf '[target." HOST "]\\nlinker = \"./greet-gcc\"\\n' | config\n",
		.build = RUN,
		.says = "chmod +x",
		.repair = "chmod +x greet-gcc",
	},
	{
		.cause = "linker-crash",
		.machine = "ld.gold",
		.setup = "crate\n"
			 "mkdir own && printf '#!/bin/sh\\nkill -s SEGV $$\\n' >own/ld && chmod +x "
			 "own/ld\n"
			 "set_env RUSTFLAGS=-Clink-arg=-B$PWD/own\n",
		.build = RUN,
		.says = "another linker for one build: RUSTFLAGS=\"-C link-arg=-fuse-ld=",
		.repair = "set_env \"RUSTFLAGS='-Clink-arg=-B$PWD/own -C link-arg=-fuse-ld=gold'\"",
	},
	{
		.cause = "linker-flag-unsupported",
		.setup = "crate\n"
			 "printf '[target." HOST
			 "]\\nrustflags = [\"-Clink-arg=-Wl,--fix-cortex-a53\"]\\n' | config\n",
		.build = RUN,
		.says = "grep for it in .cargo/config.toml",
		.repair = "grep -l fix-cortex-a53 .cargo/config.toml && rm .cargo/config.toml",
	},
	{
		.cause = "wrong-host-linker",
		.setup = "crate\n",
		.build = BUILD_ARM64,
		.apply = 1,
	},
	{
		.cause = "wrong-host-linker",
		.setup = "crate\nprintf '[target." WINDOWS "]\\nlinker = \"cc\"\\n' | config\n",
		.build = "cargo build --target " WINDOWS,
		.machine = "x86_64-w64-mingw32-gcc",
		.apply = 1,
	},
	{
		.cause = "fuse-ld-missing",
		.setup = "crate\nset_env RUSTFLAGS=-Clink-arg=-fuse-ld=lld\n",
		.build = RUN,
		.apply = 1,
	},
	{
		.cause = "crt-startup-missing",
		.machine = "clang ld.lld",
		.setup = "crate\nmkdir empty\n" CLANG_SYSROOT("empty"),
		.build = BUILD_ARM64,
		.says = "--sysroot",
		.repair = DROP_SYSROOT,
	},
	{
		.cause = "libc-sysroot-missing",
		.machine = "clang ld.lld",
		.setup = "crate\nmkdir -p root/lib && cp /usr/aarch64-linux-gnu/lib/*crt*.o "
			 "root/lib/\n"
			 "cp /usr/lib/gcc-cross/aarch64-linux-gnu/*/crt*.o root/lib/\n"
			 "cp /usr/lib/gcc-cross/aarch64-linux-gnu/*/libgcc*.a root/lib/\n"
			 "cp /usr/aarch64-linux-gnu/lib/libgcc_s.so.1 "
			 "root/lib/libgcc_s.so\n" CLANG_SYSROOT("root"),
		.build = BUILD_ARM64,
		.says = "--sysroot",
		.repair = DROP_SYSROOT,
	},
	{
		.cause = "libgcc-missing",
		.machine = "aarch64-linux-gnu-ld",
		.setup = "crate\nprintf '[target." ARM64
			 "]\\nlinker = \"aarch64-linux-gnu-ld\"\\n' | config\n"
			 "set_env 'RUSTFLAGS=\"-Clink-arg=-L/usr/aarch64-linux-gnu/lib\"'\n",
		.build = BUILD_ARM64,
		.apply = 1,
	},
	{
		.cause = "libstdcxx-missing",
		.machine = "c++",
		.setup = "crate\n"
			 "c_part glue.cpp <<'END'\n"
			 "#include <string>\n"
			 "extern \"C\" int glue() { std::string s(\"hello\"); s += "
			 "std::to_string(s.size());"
			 " return (int)s.size(); }\n"
			 "END\n",
		.build = RUN,
		.says = "rustc-link-lib=stdc++",
		.repair = "sed -i 's/^    if let Some/    "
			  "println!(\"cargo:rustc-link-lib=stdc++\");\\n&/' build.rs",
	},
	{
		.cause = "libatomic-missing",
		.setup = "crate\n"
			 "c_part <<'END'\n"
			 "struct wide { long a, b, c; } x, y;\n"
			 "int glue(void) { __atomic_load(&x, &y, 5); return (int)y.a; }\n"
			 "END\n",
		.build = RUN,
		.says = "RUSTFLAGS=\"-C link-arg=-latomic\"",
		.repair = "set_env 'RUSTFLAGS=\"-C link-arg=-latomic\"'",
	},
	{
		.cause = "outline-atomics-missing",
		.setup = "echo 'int n; int main(void) { return __atomic_fetch_add(&n, 1, 5); }' "
			 ">main.c\n",
		.build = "aarch64-linux-gnu-gcc -O2 -moutline-atomics $CFLAGS -nodefaultlibs "
			 "main.c -lc",
		.target = ARM64,
		.says = "=-mno-outline-atomics",
		.repair = "set_env CFLAGS=-mno-outline-atomics",
	},
	{
		.cause = "compiler-builtins-missing",
		.setup = "echo 'unsigned __int128 a = 9, b = 2; int main(void) { return a / b != "
			 "4; }' >main.c\n",
		.build = "gcc -nodefaultlibs main.c -lc $LIBS && ./a.out",
		.says = "-lgcc",
		.repair = "set_env LIBS=-lgcc",
	},
	{
		.cause = "stack-protector-undefined",
		.setup = "crate\n"
			 "c_part <<'END'\n"
			 "void fill(char *);\n"
			 "void fill(char *at) { *at = 1; }\n"
			 "int glue(void) { char room[64]; fill(room); return *room; }\n"
			 "END\n"
			 "set_env 'CFLAGS=\"-fstack-protector-all "
			 "-mstack-protector-guard=global\"'\n",
		.build = RUN,
		.says = "-fno-stack-protector",
		.repair = "set_env CFLAGS=-fno-stack-protector",
	},
	{
		.cause = "native-lib-missing",
		.setup = "crate\n"
			 "mkdir lib && echo 'int greet_value(void) { return 7; }' >lib/v.c\n"
			 "cc -c -o lib/v.o lib/v.c && ar crs lib/libgreetvalue.a lib/v.o\n"
			 "printf '#[link(name = \"greetvalue\")] extern \"C\" { fn greet_value() "
			 "-> i32; }"
			 " fn main() { println!(\"{}\", unsafe { greet_value() }) }' | main_is\n",
		.build = RUN,
		.says = "-L native=",
		.repair = "set_env \"RUSTFLAGS='-L native=$PWD/lib'\"",
	},
	{
		.cause = "native-lib-wrong-arch",
		.setup = "crate\n" ARM64_LINKER
			 "mkdir here there && echo 'int greet_value(void) { return 7; }' >v.c\n"
			 "cc -fPIC -c -o here/v.o v.c && ar crs here/libgreetvalue.a here/v.o\n"
			 "aarch64-linux-gnu-gcc -fPIC -c -o there/v.o v.c && ar crs "
			 "there/libgreetvalue.a there/v.o\n"
			 "printf '#[link(name = \"greetvalue\")] extern \"C\" { fn greet_value() "
			 "-> i32; }"
			 " fn main() { println!(\"{}\", unsafe { greet_value() }) }' | main_is\n"
			 "echo 'fn main() { println!(\"cargo:rustc-link-arg=-L{}/here\", "
			 "std::env::var(\"CARGO_MANIFEST_DIR\").unwrap());"
			 " println!(\"cargo:rustc-link-arg=-lgreetvalue\"); }' | build_script\n"
			 "sed -i 's/#.link[^]]*. //' src/main.rs\n",
		.build = BUILD_ARM64,
		.says = "at the target's libraries",
		.repair = "sed -i s/here/there/ build.rs",
	},
	{
		.cause = "undefined-native-symbol",
		.setup = "crate\n"
			 "mkdir lib && echo 'int greet_value(void) { return 7; }' >lib/v.c\n"
			 "cc -fPIC -c -o lib/v.o lib/v.c && ar crs lib/libgreetvalue.a lib/v.o\n"
			 "printf 'extern \"C\" { fn greet_value() -> i32; }"
			 " fn main() { println!(\"{}\", unsafe { greet_value() }) }' | main_is\n"
			 "echo 'fn main() { println!(\"cargo:rustc-link-search=native={}/lib\", "
			 "std::env::var(\"CARGO_MANIFEST_DIR\").unwrap()); }' | build_script\n",
		.build = RUN,
		.says = "cargo:rustc-link-lib=",
		.repair = "sed -i 's/^fn main() {/& "
			  "println!(\"cargo:rustc-link-lib=greetvalue\");/' build.rs",
	},
	{
		.cause = "duplicate-symbols",
		.setup =
			"crate\n"
			"mkdir lib\n"
			"for n in a b; do echo \"int same; int value_$n(void) { return same; }\" "
			">lib/$n.c;"
			" cc -fPIC -fno-common -c -o lib/$n.o lib/$n.c; done\n"
			"echo 'extern \"C\" { fn value_a() -> i32; fn value_b() -> i32; }"
			" fn main() { println!(\"{}\", unsafe { value_a() + value_b() }) }' | "
			"main_is\n"
			"set_env \"RUSTFLAGS='-Clink-arg=$PWD/lib/a.o -Clink-arg=$PWD/lib/b.o'\"\n",
		.build = RUN,
		.says = "-Wl,--allow-multiple-definition",
		.repair = "set_env \"RUSTFLAGS='$RUSTFLAGS -C "
			  "link-arg=-Wl,--allow-multiple-definition'\"",
	},
	{
		.cause = "static-shared-libc-mix",
		.setup = "crate\n"
			 "mkdir lib && echo 'int greet_value(void) { return 7; }' >v.c\n"
			 "cc -fPIC -shared -o lib/libgreetvalue.so v.c\n"
			 "cc -fPIC -c -o v.o v.c && ar crs lib/libgreetvalue.a v.o\n"
			 "printf 'extern \"C\" { fn greet_value() -> i32; }"
			 " fn main() { println!(\"{}\", unsafe { greet_value() }) }' | main_is\n"
			 "set_env \"RUSTFLAGS='-Crelocation-model=static "
			 "-Ctarget-feature=+crt-static -Clink-arg=$PWD/lib/libgreetvalue.so'\"\n",
		.build = "cargo run --target " HOST,
		.says = "static libraries throughout",
		.repair = "sed -i s/value.so/value.a/ env.sh",
	},
	{
		.cause = "glibc-too-old-link",
		.setup = "crate\n"
			 /* as it would be made on a system with glibc 2.38 */
			 "mkdir lib newer && echo 'GLIBC_2.38 { *; };' >newer.map\n"
			 "echo 'long __isoc23_strtol(void) { return 1; }' >newer.c\n"
			 "cc -fPIC -shared -Wl,-soname,libc.so.6,--version-script=newer.map -o "
			 "newer/libc.so newer.c\n"
			 "echo 'long __isoc23_strtol(void); int glue(void) { return "
			 "(int)__isoc23_strtol(); }' >glue.c\n"
			 "cc -fPIC -shared -nostdlib -o lib/libnewest.so glue.c newer/libc.so\n"
			 "printf '#[link(name = \"newest\")] extern \"C\" { fn glue() -> i32; }"
			 " fn main() { println!(\"{}\", unsafe { glue() }) }' | main_is\n"
			 "set_env \"RUSTFLAGS='-L native=$PWD/lib'\" LD_LIBRARY_PATH=$PWD/lib\n",
		.build = RUN,
		.says = "build the libraries on a system as old as",
		.repair = "echo 'int glue(void) { return 1; }' >glue.c\ncc -fPIC -shared -o "
			  "lib/libnewest.so glue.c",
	},
	{
		.cause = "pie-static-mismatch",
		.setup = "crate\n"
			 "c_part <<'END'\n"
			 "static int table[4] = { 1, 2, 3, 4 };\n"
			 "int *volatile at; int glue(void) { at = table; return (int)(long)table & "
			 "1; }\n"
			 "END\n"
			 "set_env CFLAGS=-fno-pic\n",
		.build = RUN,
		.says = "-fPIC",
		.repair = "set_env CFLAGS=-fPIC",
	},
	{
		.cause = "relocation-overflow",
		.setup = "crate\n"
			 "printf '[lib]\\ncrate-type = [\"cdylib\"]\\n' >>Cargo.toml\n"
			 "c_part <<'END'\n"
			 "static int table[4] = { 1, 2, 3, 4 };\n"
			 "int *volatile at; int glue(void) { at = table; return (int)(long)table & "
			 "1; }\n"
			 "END\n"
			 "echo 'extern \"C\" { fn glue() -> i32; } #[no_mangle] pub extern \"C\" "
			 "fn greet() -> i32 { unsafe { glue() } }' >src/lib.rs\n"
			 "rm src/main.rs\n"
			 "set_env CFLAGS=-fno-pic\n",
		.build = "cargo build",
		.says = "-fPIC",
		.repair = "set_env CFLAGS=-fPIC",
	},
	{
		.cause = "version-script-error",
		.machine = "ld.lld",
		.setup = "crate\n"
			 "printf '[lib]\\ncrate-type = [\"cdylib\"]\\n' >>Cargo.toml\n"
			 "mv src/main.rs src/lib.rs && echo '#[no_mangle] pub extern \"C\" fn "
			 "greet() {}' >src/lib.rs\n"
			 "echo 'GREET_1 { global: greet_old; };' >exports.map\n"
			 "set_env \"RUSTFLAGS='-Clink-arg=-fuse-ld=lld "
			 "-Clink-arg=-Wl,--no-undefined-version "
			 "-Clink-arg=-Wl,--version-script=$PWD/exports.map'\"\n",
		.build = "cargo build",
		.says = "version script",
		.repair = "set_env \"RUSTFLAGS='-Clink-arg=-fuse-ld=lld "
			  "-Clink-arg=-Wl,--version-script=$PWD/exports.map -C "
			  "link-arg=-Wl,--undefined-version'\"",
	},
	{
		.cause = "lto-bitcode-mismatch",
		.machine = "clang ld.lld",
		.setup = "crate\nset_env \"RUSTFLAGS='-Clinker-plugin-lto -Clinker=clang "
			 "-Clink-arg=-fuse-ld=lld'\"\n",
		.build = "cargo build",
		.says = "no -C linker-plugin-lto",
		.repair = "set_env \"RUSTFLAGS='-Clinker=clang -Clink-arg=-fuse-ld=lld'\"",
	},
	{
		.cause = "float-abi-mismatch",
		.setup = "crate\nprintf '[target." ARMV7
			 "]\\nlinker = \"arm-linux-gnueabihf-gcc\"\\n' | config\n"
			 "echo 'double half(double); double half(double d) { return d / 2; } int "
			 "glue(void) { return (int)half(5); }' | c_part\n"
			 "set_env CFLAGS=-mfloat-abi=softfp\n",
		.build = "cargo build --target " ARMV7,
		.says = "-mfloat-abi=hard",
		.repair = "set_env CFLAGS=-mfloat-abi=hard",
	},
	{
		.cause = "linker-script-problem",
		.setup = "crate\nprintf '[target." HOST
			 "]\\nrustflags = [\"-Clink-arg=-Tlink.x\"]\\n' | config\n",
		.build = "cargo build",
		.says = "link.x",
		.repair =
			"printf 'SECTIONS { .greet : { *(.greet) } } INSERT AFTER .data;' >link.x\n"
			"printf '[target." HOST "]\\nrustflags = [\"-Clink-arg=-T%s/link.x\"]\\n' "
			"\"$PWD\" >.cargo/config.toml",
	},
	{
		.cause = "memory-region-overflow",
		.setup = "crate\n"
			 "printf 'MEMORY { FLASH : ORIGIN = 0x8000, LENGTH = 16 }\\n"
			 "ENTRY(_start) SECTIONS { .text : { KEEP(*(.text._start)) *(.text* "
			 ".rodata* .data* .got*) } >FLASH /DISCARD/ : { *(*) } }' >link.x\n"
			 "printf '#![no_std] #![no_main] #[panic_handler] fn p(_: "
			 "&core::panic::PanicInfo) -> ! { loop {} }"
			 " #[no_mangle] pub extern \"C\" fn _start() -> ! { let mut n = 1u64; loop "
			 "{ n = core::hint::black_box(n) * 3; } }' | main_is\n"
			 "printf '[profile.dev]\\npanic = \"abort\"\\n' >>Cargo.toml\n"
			 "set_env \"RUSTFLAGS='-Crelocation-model=static -Clink-arg=-nostdlib "
			 "-Clink-arg=-static -Clink-arg=-T$PWD/link.x'\"\n",
		.build = "cargo build",
		.says = "memory.x",
		.repair = "sed -i 's/LENGTH = 16/LENGTH = 64K/' link.x",
	},
};

int
main(void)
{
	return repair_main(repairs, COUNT(repairs));
}
