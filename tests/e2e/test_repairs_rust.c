/* Repairs: cargo, rustup, toolchains and targets, and what the machine gives them. */
#include "e2e/bench_repair.h"

#define BUILD_ARM64 "cargo build --target " ARM64
#define BUILD "cargo build"

/* Another package in a folder of the project's. */
#define PACKAGE(name, version)                                                                     \
	"mkdir -p " name "/src && printf '[package]\\nname = \"" name "\"\\nversion = \"" version  \
	"\"\\nedition = \"2021\"\\n' >" name "/Cargo.toml\n"
/* gizmo 1.0.0 and 2.0.0 as `cargo vendor` leaves them; the newer one wants a Rust that there is not. */
#define VENDOR                                                                                     \
	"for v in 1 2; do mkdir -p vendor/gizmo-$v/src\n"                                          \
	"printf '[package]\\nname = \"gizmo\"\\nversion = \"%s.0.0\"\\nedition = \"2021\"\\n' $v"  \
	" >vendor/gizmo-$v/Cargo.toml\n"                                                           \
	"echo 'pub fn hello() {}' >vendor/gizmo-$v/src/lib.rs\n"                                   \
	"printf '{\"files\":{}}' >vendor/gizmo-$v/.cargo-checksum.json; done\n"                    \
	"echo 'rust-version = \"1.999\"' >>vendor/gizmo-2/Cargo.toml\n"
#define USE_VENDOR                                                                                 \
	"printf '[source.crates-io]\\nreplace-with = \"vendored\"\\n[source.vendored]\\n"          \
	"directory = \"vendor\"\\n' >.cargo/config.toml\n"

static const struct repair repairs[] = {
	{
		.cause = "cargo-config-error",
		.setup = "crate\nprintf '[target." HOST "]\\nlinker = [\"cc\"]\\n' | config\n",
		.build = BUILD,
		.says = "the line that the message names",
		.repair = "sed -i 's/\\[\"cc\"\\]/\"cc\"/' .cargo/config.toml",
	},
	{
		.cause = "cargo-config-ineffective",
		.setup = "crate\nprintf '[target." ARM64
			 "]\\nlinker = \"aarch64-linux-gnu-gcc\"\\n' >>Cargo.toml\n",
		.build = BUILD_ARM64,
		.apply = 1,
	},
	{
		.cause = "cargo-lock-wait",
		/* The other cargo's build script waits for a minute at most. */
		.setup = "crate\n"
			 "echo 'fn main() { std::fs::write(\"began\", \"\").unwrap(); for _ in "
			 "0..6000 {"
			 " if std::path::Path::new(\"gate\").exists() { return; }"
			 " std::thread::sleep(std::time::Duration::from_millis(10)); } panic!(); "
			 "}' | build_script\n",
		.build = "if [ -e gate ]; then cargo build; exit; fi\n"
			 "cargo build >first 2>&1 &\n"
			 "while [ ! -e began ]; do :; done\n"
			 "cargo build >second 2>&1 & second=$!\n"
			 "while ! grep -q Blocking second; do :; done\n"
			 "kill $second; cat second; exit 1\n",
		.says = "see who holds it",
		.repair = "touch gate\nwhile ! grep -q Finished first; do :; done",
	},
	{
		.cause = "target-std-missing",
		.own_rustup = true,
		.fixture = "rustup/done",
		.setup = "crate\n" ARM64_LINKER "rustup target remove " ARM64 "\n",
		.build = BUILD_ARM64,
		.apply = 1,
	},
	{
		.cause = "rustup-toolchain-problem",
		.own_rustup = true,
		.fixture = "rustup/done",
		.setup = "crate\n"
			 "printf '[toolchain]\\nchannel = \"%s\"\\nprofile = \"minimal\"\\n' "
			 "\"$(rustc -V | sed 's/rustc \\([^ ]*\\).*/\\1/')\" >rust-toolchain.toml\n"
			 "set_env RUSTUP_AUTO_INSTALL=0\n",
		.build = BUILD,
		.apply = 1,
	},
	{
		.cause = "target-unknown",
		.setup = "crate\n" ARM64_LINKER "set_env FOR=aarch64-linux-gnu\n",
		.build = "cargo build --target $FOR",
		.says = "most likely meant: aarch64-unknown-linux-gnu",
		.repair = "set_env FOR=aarch64-unknown-linux-gnu",
	},
	{
		.cause = "rustc-too-old",
		.setup = "crate\n" VENDOR USE_VENDOR
			 "printf '[dependencies]\\ngizmo = \">=1\"\\n' >>Cargo.toml\n",
		.build = BUILD,
		.says = "cargo update -p <crate> --precise <version>",
		.repair = "sed -i 's/>=1/=1.0.0/' Cargo.toml && rm Cargo.lock",
	},
	{
		.cause = "panic-strategy-mismatch",
		.setup = "echo 'pub fn hello() {}' >gizmo.rs\n"
			 "echo 'fn main() { gizmo::hello() }' >main.rs\nset_env PANIC=abort\n",
		.build = "rustc --crate-type rlib -C panic=$PANIC gizmo.rs\n"
			 "rustc -C panic=unwind main.rs --extern gizmo=libgizmo.rlib && ./main\n",
		.says = "in the profile for all, or for none",
		.repair = "set_env PANIC=unwind",
	},
	{
		.cause = "stale-artifacts",
		.setup = "crate\n" PACKAGE(
			"gizmo", "1.0.0") "echo 'pub fn hello() {}' >gizmo/src/lib.rs\n"
					  "printf '[dependencies]\\ngizmo = { path = \"gizmo\" "
					  "}\\n' >>Cargo.toml\n"
					  "echo 'fn main() { gizmo::hello() }' | main_is\n"
					  "cargo build -p gizmo\n"
					  /* as if another rustc had made it */
					  "for file in target/debug/deps/libgizmo-*.rlib "
					  "target/debug/deps/libgizmo-*.rmeta; do\n"
					  "touch -r $file time; sed -i 's/rustc 1\\.[0-9]/rustc "
					  "9.8/' $file; touch -r time $file; done\n",
		.build = BUILD,
		.apply = 1,
	},
	{
		.cause = "crate-target-unsupported",
		.setup = "crate\n" PACKAGE(
			"gizmo", "1.0.0") "printf '[features]\\ndefault = [\"raw\"]\\nraw = []\\n' "
					  ">>gizmo/Cargo.toml\n"
					  "printf '#[cfg(feature = \"raw\")]\\npub use "
					  "std::os::unix::io::RawFd;\\n' >gizmo/src/lib.rs\n"
					  "printf '[dependencies]\\ngizmo = { path = \"gizmo\" "
					  "}\\n' >>Cargo.toml\n",
		.build = "cargo build --target " WINDOWS,
		.says = "default-features = false",
		.repair = "sed -i 's/path = \"gizmo\"/&, default-features = false/' Cargo.toml",
	},
	{
		.cause = "crt-static-unsupported-crate-type",
		.setup = "crate\n" PACKAGE(
			"gizmo", "1.0.0") "printf '[lib]\\nproc-macro = true\\n' "
					  ">>gizmo/Cargo.toml && touch gizmo/src/lib.rs\n"
					  "printf '[dependencies]\\ngizmo = { path = \"gizmo\" "
					  "}\\n' >>Cargo.toml\n"
					  "set_env RUSTFLAGS=-Ctarget-feature=+crt-static\n",
		.build = "cargo build $FOR",
		.says = "pass --target",
		.repair = "set_env 'FOR=\"--target " HOST "\"'",
	},
	{
		.cause = "no-std-panic-handler",
		.setup = "crate\nprintf '[lib]\\ncrate-type = "
			 "[\"staticlib\"]\\n[profile.dev]\\npanic = \"abort\"\\n' >>Cargo.toml\n"
			 "rm src/main.rs && echo '#![no_std]' >src/lib.rs\n" PACKAGE("panic-stop",
				 "1.0.0") "printf '#![no_std]\\n#[panic_handler]\\nfn stop(_: "
					  "&core::panic::PanicInfo) -> ! { loop {} }\\n'"
					  " >panic-stop/src/lib.rs\n",
		.build = BUILD,
		.says = "a panic crate",
		.repair = "printf '[dependencies]\\npanic-stop = { path = \"panic-stop\" }\\n' "
			  ">>Cargo.toml\n"
			  "echo 'use panic_stop as _;' >>src/lib.rs",
	},
	{
		.cause = "network-failure",
		.setup = "crate\n" VENDOR "printf '[source.crates-io]\\nreplace-with = "
			 "\"mirror\"\\n[source.mirror]\\n"
			 "registry = \"sparse+http://127.0.0.1:9/\"\\n' | config\n"
			 "printf '[dependencies]\\ngizmo = \"1\"\\n' >>Cargo.toml\n"
			 "set_env CARGO_NET_OFFLINE=false CARGO_NET_RETRY=0\n",
		.build = BUILD,
		.says = "cargo vendor once, then --offline",
		.repair = USE_VENDOR "set_env CARGO_NET_OFFLINE=true",
	},
	{
		.cause = "disk-full",
		.machine = "unshare mount",
		.setup = "crate\nmkdir small\nset_env CARGO_TARGET_DIR=$PWD/small\n"
			 "unshare -rm mount -t tmpfs none small || cannot 'no mounts'\n",
		.build = "unshare -rm sh -ec 'mount -t tmpfs -o size=200k none small; cargo build'",
		.says = "CARGO_TARGET_DIR",
		.repair = "set_env CARGO_TARGET_DIR=$PWD/large",
	},
	{
		.cause = "target-dir-permission",
		.machine = "unshare mount",
		.setup = "crate\nmkdir stick\necho 'fn main() {}' | build_script\nset_env "
			 "CARGO_TARGET_DIR=$PWD/stick\n"
			 "unshare -rm mount -t tmpfs none stick || cannot 'no mounts'\n",
		.build = "unshare -rm sh -ec 'mount -t tmpfs -o noexec none stick; cargo build'",
		.says = "CARGO_TARGET_DIR=",
		.repair = "set_env CARGO_TARGET_DIR=$PWD/own",
	},
};

int
main(void)
{
	return repair_main(repairs, COUNT(repairs));
}
