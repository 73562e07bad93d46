/* commands: the rows of the command table. */
#include "cli/cli.h"

#define BIT(id) OPTION_BIT(id)
#define LATE(id) OPTION_LATE_BIT(id)
#define WAY_OPTIONS                                                                                \
	(BIT(OPT_BACKEND) | BIT(OPT_GLIBC) | BIT(OPT_IMAGE) | BIT(OPT_DOCKERFILE) |                \
		BIT(OPT_ENGINE) | BIT(OPT_BUILD_STD) | BIT(OPT_SDK) | BIT(OPT_API) |               \
		BIT(OPT_COMPATIBILITY) | BIT(OPT_INTERPRETER) | BIT(OPT_SDIST) | BIT(OPT_LINKER) | \
		BIT(OPT_TARGET_CPU) | BIT(OPT_CRT_STATIC) | BIT(OPT_RUSTFLAGS))
#define PROFILE_OPTIONS (BIT(OPT_PROFILE) | BIT(OPT_PRESET) | BIT(OPT_SET))

const struct command_row command_rows[] = {
	{
		.name = "targets",
		.usage = "[PATTERN] [--installed] [--ready] [--tier N] [--os OS]\n"
			 "       [--json]",
		.help = "list every target and whether this machine can build for it",
		.details = "PATTERN matches letters in order, as the screen's filter does.\n"
			   "What can be built or is installed comes first,\n"
			   "then the targets most people use, then the rest.",
		.options = BIT(OPT_INSTALLED) | BIT(OPT_READY) | BIT(OPT_TIER) | BIT(OPT_OS) |
			BIT(OPT_JSON),
		.positional_max = 1,
		.run = cmd_targets,
	},
	{
		.name = "doctor",
		.usage = "[TARGET...] [--probe] [--json]",
		.help = "what this machine has and lacks for Rust and its targets",
		.details = "Without TARGET: those the project has chosen in xtui.toml.\n"
			   "--probe compiles and links a small program for each, with the linker\n"
			   "and flags that a build would use, and runs it where that is possible;\n"
			   "-v shows all that a linker said, and what is not installed.\n"
			   "TARGET.2.17 asks whether what is linked here runs with that glibc.\n"
			   "Ends with 1 when a check failed or a target is not ready.",
		.options = BIT(OPT_PROBE) | BIT(OPT_JSON),
		.positional_max = -1,
		.run = cmd_doctor,
	},
	{
		.name = "setup",
		.usage = "[TARGET...] [--goal NAME]... [--backend [TARGET=]B]...\n"
			 "       [--runners] [--dry-run | --script | --yes] [--accept-licenses] "
			 "[--json]\n"
			 "       | --undo [N...]",
		.help = "make targets buildable on this machine, by a plan that is shown",
		.details =
			"Without TARGET and --goal: those chosen in xtui.toml, else those that\n"
			"the project's files name: cargo's configuration, rust-toolchain.toml,\n"
			"Cross.toml, CI files. Goals: static-linux, raspberry-pi, arm-servers,\n"
			"windows, windows-msvc, mac, freebsd-router, alpine, python-wheels,\n"
			"browser.\n"
			"The plan is printed, with the diff of every edit, and carried out when\n"
			"you agree; --dry-run ends there, --yes does not ask. What is true "
			"already\n"
			"is left as it is, so a plan that was cut short goes on where it ended.\n"
			"Without root the terminal is lent to sudo or doas, for a password.\n"
			"--undo lists the edits of your files, and puts edit N back.",
		.options = BIT(OPT_GOAL) | BIT(OPT_BACKEND) | BIT(OPT_RUNNERS) | BIT(OPT_SCCACHE) |
			BIT(OPT_DRY_RUN) | BIT(OPT_SCRIPT) | BIT(OPT_JSON) | BIT(OPT_YES) |
			BIT(OPT_ACCEPT_LICENSES) | BIT(OPT_UNDO),
		.positional_max = -1,
		.run = cmd_setup,
	},
	{
		.name = "build",
		.usage = "[-t TARGET]... [-p PKG]... [--bin NAME]... [--example NAME]...\n"
			 "       [--profile NAME] [--preset NAME]... [--set KEY=VALUE]...\n"
			 "       [--backend [TRIPLE=]B]... [--glibc [TRIPLE=]V]...\n"
			 "       [--image [TRIPLE=]I]... [--dockerfile [TRIPLE=]FILE]...\n"
			 "       [--engine [TRIPLE=]NAME]...\n"
			 "       [--build-std [TRIPLE=]LIST]... [--api [TRIPLE=]N]...\n"
			 "       [--sdk [TRIPLE=]DIR]... [--compatibility [TRIPLE=]TAG]...\n"
			 "       [--interpreter [TRIPLE=]V]... [--sdist] [-j N]\n"
			 "       [--target-cpu [TRIPLE=]CPU]... [--crt-static [TRIPLE=]BOOL]...\n"
			 "       [--linker [TRIPLE=]PROG]... [--rustflags [TRIPLE=]FLAGS]...\n"
			 "       [--features LIST]... [--mode MODE] [--fail-fast]\n"
			 "       [--jobs-memory MIB] [--log-dir DIR] [--if-busy WHAT]\n"
			 "       [--max-size [TRIPLE=]SIZE]... [--max-growth PERCENT]\n"
			 "       [--dry-run | --watch] [--json] [-- CARGO_ARGS]\n"
			 "       | --resume [RUN]",
		.help = "build several targets at once",
		.details =
			"Without -t: the targets chosen in xtui.toml, else cargo's build.target, "
			"else\n"
			"this machine's.\n"
			"A terminal gets the Build screen, everything else plain lines.\n"
			"Several --preset are built side by side: what is not as configured lies\n"
			"below target/xtui.\n"
			"Without --backend: as xtui.toml says, else what is preferred here. When "
			"a\n"
			"backend lacks something, another one that is there is named, never "
			"taken.\n"
			"--engine names where containers run: docker, podman, docker:CONTEXT,\n"
			"podman:CONNECTION, or an address, podman:ssh://me@nas. To one on another\n"
			"machine sources are copied, and what is built comes back; xtui doctor\n"
			"lists those that are known.\n"
			"Where rustc's wrapper is sccache, what it spared is told at the end.\n"
			"-t universal2-apple-darwin builds for both of macOS's machines and joins\n"
			"what came out.\n"
			"--mode test runs the tests of foreign targets through a runner.\n"
			"--dry-run prints lines for a shell that do the same without xtui.\n"
			"--watch stops what runs when a file changes, and begins again;\n"
			"what .gitignore leaves out does not count.\n"
			"Another xtui that builds in the same target folder is waited for;\n"
			"--if-busy separate builds in a folder beside, target/xtui/beside-1.\n"
			"After xtui was killed, --resume builds what was being built, as it was\n"
			"asked for then: the last such build, or RUN of xtui history. A build "
			"that\n"
			"is not told what to build offers it.\n"
			"--max-size TRIPLE=4M and --max-growth 2.5 (percent, against the last "
			"build\n"
			"that the history has and the marked one) say which file is too large;\n"
			"K, M, G count in thousands, Ki, Mi, Gi in 1024.\n"
			"Ends with 1 when a build failed, or a file is too large.",
		.options = BIT(OPT_TARGET) | BIT(OPT_PACKAGE) | BIT(OPT_BIN) | BIT(OPT_EXAMPLE) |
			PROFILE_OPTIONS | BIT(OPT_JOBS) | BIT(OPT_FEATURES) | BIT(OPT_FAIL_FAST) |
			BIT(OPT_LOG_DIR) | BIT(OPT_MODE) | BIT(OPT_DRY_RUN) | BIT(OPT_WATCH) |
			BIT(OPT_JOBS_MEMORY) | BIT(OPT_IF_BUSY) | WAY_OPTIONS | BIT(OPT_JSON) |
			BIT(OPT_MAX_SIZE) | BIT(OPT_MAX_GROWTH),
		.late_options = LATE(OPT_RESUME),
		.positional_max = 1,
		.takes_rest = true,
		.run = cmd_build,
	},
	{
		.name = "run",
		.usage = "[-t TARGET] [--bin NAME | --example NAME] [--profile NAME]\n"
			 "       [-- ARGS]",
		.help = "run what was built, under the runner of its target",
		.details = "Without -t: the target chosen in xtui.toml if it is one, else cargo's\n"
			   "build.target, else this machine's.\n"
			   "The runner is what cargo's configuration names, else qemu-user, wine,\n"
			   "node or wasmtime where they are here. Ends as the program does.",
		.options = BIT(OPT_TARGET) | BIT(OPT_BIN) | BIT(OPT_EXAMPLE) | BIT(OPT_PROFILE),
		.takes_rest = true,
		.run = cmd_run,
	},
	{
		.name = "disk",
		.usage = "[--json]",
		.help = "where the space goes: targets, sysroots, crates, images, logs",
		.details = "A file with several names counts once.",
		.options = BIT(OPT_JSON),
		.run = cmd_disk,
	},
	{
		.name = "clean",
		.usage = "[-t TARGET]... [--profile NAME] [--dry-run | --yes] [--json]",
		.help = "free what builds have left in the target folder",
		.details =
			"Shows what it would free and asks. Without -t and --profile: all of it.\n"
			"Refuses while a build is going on there.",
		.options = BIT(OPT_TARGET) | BIT(OPT_PROFILE) | BIT(OPT_DRY_RUN) | BIT(OPT_YES) |
			BIT(OPT_JSON),
		.run = cmd_clean,
	},
	{
		.name = "history",
		.usage = "[RUN] [-n N] [--json] | --compare RUN RUN | --mark [RUN]\n"
			 "       | --sizes [-n N]",
		.help = "past builds: when, how long, how large",
		.details =
			"Within a workspace: its runs, elsewhere those of all workspaces.\n"
			"RUN is a run's name or the beginning of one; it shows jobs, artefacts\n"
			"and the slowest units. --compare shows how times and sizes have changed\n"
			"from the first run to the second.\n"
			"--mark keeps a run, the last one unless it is named, to hold sizes "
			"against;\n"
			"it is the RUN \"marked\" from then on, until another is (none: no run "
			"is).\n"
			"--sizes shows how large each file was in each run, the change to the run\n"
			"before it and to the marked one.",
		.options = BIT(OPT_COMPARE) | BIT(OPT_LIMIT) | BIT(OPT_JSON),
		.late_options = LATE(OPT_MARK) | LATE(OPT_SIZES),
		.positional_max = 2,
		.run = cmd_history,
	},
	{
		.name = "log",
		.usage = "[RUN] [JOB] [--follow] [--timestamps]",
		.help = "print the log of a past or running build",
		.details = "RUN is a run's name or the beginning of one, else the last one.\n"
			   "JOB is a target or a number of xtui history RUN; it may be left out\n"
			   "where there is one job, or one failed.\n"
			   "--follow goes on until the job is over.",
		.options = BIT(OPT_FOLLOW) | BIT(OPT_TIMESTAMPS),
		.positional_max = 2,
		.run = cmd_log,
	},
	{
		.name = "explain",
		.usage = "[FILE] [--target T] [--backend B] [--json]\n"
			 "       [--apply N [--yes]] | --binary FILE [--target T] | --check RULES",
		.help = "name the cause of a failed build from its log",
		.details = "Reads FILE, or standard input.\n"
			   "Ends with 1 when no toolchain cause is known for the log.\n"
			   "--apply carries out fix N of the first cause, after showing it: a\n"
			   "command is run, an edit made (xtui setup --undo puts it back).\n"
			   "--binary says why a program does not start on this machine, or on one\n"
			   "that T names, by what the file asks for; nothing is run.\n"
			   "--check validates a file of hint rules and runs its examples.",
		.options = BIT(OPT_TARGET) | BIT(OPT_BACKEND) | BIT(OPT_CHECK) | BIT(OPT_JSON) |
			BIT(OPT_BINARY) | BIT(OPT_APPLY) | BIT(OPT_YES),
		.positional_max = 1,
		.run = cmd_explain,
	},
	{
		.name = "inspect",
		.usage = "FILE... [--target T] [--floor FLOOR] [--sizes] [--json]",
		.help = "what a built file is, what it needs and where it runs",
		.details =
			"--target and --floor ask whether each file fits; it ends with 1 when one\n"
			"does not. A floor is glibc-2.17, musl-1.2, freebsd-13, android-21,\n"
			"windows-10 or macos-11.0; a target with a version behind it, as\n"
			"cargo-zigbuild has them (…-linux-gnu.2.17), is both.\n"
			"--sizes adds what makes a file big: its crates, functions and data, by "
			"its\n"
			"symbols, copies of a generic function summed, and what is left of its\n"
			"sections; of an archive, of all its objects.\n"
			"The card of what a build has made tells the change since the build "
			"before\n"
			"and since the marked run (xtui history --mark).\n"
			"-v lists all versions, imports, members and sections.\n"
			"Files are read, never run. --json has their SHA-256, too.",
		.options = BIT(OPT_TARGET) | BIT(OPT_FLOOR) | BIT(OPT_JSON),
		.late_options = LATE(OPT_SIZES),
		.positional_max = -1,
		.run = cmd_inspect,
	},
	{
		.name = "universal",
		.usage = "FILE FILE... -o FILE",
		.help = "one file for several kinds of Mac out of Apple slices",
		.details =
			"Joins programs, dylibs or static libraries, one for each machine, or the\n"
			"slices of files that are joined already, as lipo -create does.\n"
			"Signatures are kept. Files of different kinds and the same machine\n"
			"twice are refused.",
		.options = BIT(OPT_OUTPUT),
		.positional_max = -1,
		.run = cmd_universal,
	},
	{
		.name = "package",
		.usage = "[-t TARGET]... [--profile NAME] [--format EXT] [-o DIR]\n"
			 "       [--json]",
		.help = "archives to hand out, the same byte for byte each time",
		.details =
			"Packs what was built: programs and C libraries, README, LICENSE and "
			"their\n"
			"like, man pages from man/ and doc/, completions from completions/, and "
			"what\n"
			"[package] in xtui.toml names (files, man, completions).\n"
			"Without -t: the targets chosen in xtui.toml, else cargo's build.target, "
			"else\n"
			"this machine's; -o is dist in the target folder. Windows gets a .zip, "
			"the\n"
			"others a .tar.gz. Names are\n"
			"NAME-VERSION-TARGET, as cargo-binstall looks for them; times are those "
			"of\n"
			"SOURCE_DATE_EPOCH. SHA256SUMS and manifest.json lie beside them, and the\n"
			"setting `sign` names what signs the sums.\n"
			"Programs that can run here are started with --version; one that does not\n"
			"start makes it end with 1.",
		.options = BIT(OPT_TARGET) | BIT(OPT_PROFILE) | BIT(OPT_FORMAT) | BIT(OPT_OUTPUT) |
			BIT(OPT_JSON),
		.run = cmd_package,
	},
	{
		.name = "export",
		.usage = "github|gitlab|dockerfile|cross-toml|cargo-config|script\n"
			 "       [-t TARGET]... [-o FILE] [--force | --check] [--json]",
		.help = "files that build the same without xtui: CI, container, script",
		.details =
			"Writes what the choice in xtui.toml does here, target by target with its\n"
			"backend; what happens to be on this machine has no part in it.\n"
			"  github        .github/workflows/xtui.yml: a Mac for Apple's targets, "
			"Windows\n"
			"                for MSVC, a virtual FreeBSD, where no backend is chosen\n"
			"  gitlab        .gitlab-ci.yml\n"
			"  dockerfile    Dockerfile: `docker build -o dist .`\n"
			"  script        build-targets.sh, for any POSIX shell: set-up and build\n"
			"  cross-toml    Cross.toml, what else it says stays\n"
			"  cargo-config  .cargo/config.toml, likewise\n"
			"-o - prints. A file that says something else is shown as a diff and left "
			"as it\n"
			"is, ending with 1; --force writes it, and xtui setup --undo puts the old "
			"one\n"
			"back. --check is for CI: it names the first line that differs.",
		.options = BIT(OPT_TARGET) | BIT(OPT_OUTPUT) | BIT(OPT_JSON),
		.late_options = LATE(OPT_FORCE) | LATE(OPT_CURRENT),
		.positional_max = 1,
		.run = cmd_export,
	},
	{
		.name = "profile",
		.usage = "[show|diff|write] [--profile NAME] [--preset NAME] [-p PKG]\n"
			 "       [--set KEY=VALUE]... [-t TARGET]... [--target-cpu CPU]\n"
			 "       [--crt-static BOOL] [--linker PROG] [--rustflags FLAGS]\n"
			 "       [--backend B] [--glibc V] [--yes] [--json] [-- --config X]",
		.help = "options of a profile and of targets: read, compare, write",
		.details =
			"show: what is in force, where each value comes from and what it wins "
			"over,\n"
			"overrides of packages and build scripts, and what it means for targets;\n"
			"with -p what that package is compiled with, and by which table.\n"
			"diff: what --preset and --set, or the choice in xtui.toml, would change.\n"
			"write: the same, then changes Cargo.toml, once you agree;\n"
			"comments and order stay, and xtui setup --undo puts the old file back.\n"
			"--set takes package.NAME.KEY=VALUE and build-override.KEY=VALUE too.\n"
			"Options of targets (for -t, else those chosen) go into xtui.toml, which\n"
			"builds obey; --linker '' takes one out again. Presets of your own stand "
			"in\n"
			"xtui.toml, or in config.toml: [preset.tiny] set = [\"opt-level=z\"].\n"
			"-- --config X looks as a cargo would that is given the same.",
		.options = PROFILE_OPTIONS | WAY_OPTIONS | BIT(OPT_TARGET) | BIT(OPT_PACKAGE) |
			BIT(OPT_YES) | BIT(OPT_JSON),
		.positional_max = 1,
		.takes_rest = true,
		.run = cmd_profile,
	},
	{
		.name = "sysroot",
		.usage = "list|add|verify|remove [TARGET] [--version V] [--from FILE]\n"
			 "       [--json]",
		.help = "what foreign systems bring for linking: FreeBSD's base",
		.details =
			"list shows the trees that are here and the releases that can be added.\n"
			"add fetches a release's base.txz, checks it against the MANIFEST beside\n"
			"it and keeps what linking needs; one that was cut goes on where it\n"
			"ended. --from takes an archive that is here, for a machine without a\n"
			"network. Without --version: the oldest release that has support, since\n"
			"what is built for it runs on the later ones too.\n"
			"verify finds files that are missing, changed or new.\n"
			"Mirrors: XTUI_FREEBSD_MIRROR, or freebsd-mirror in config.toml.\n"
			"Ends with 1 when a tree is not what it was.",
		.options = BIT(OPT_RELEASE) | BIT(OPT_FROM) | BIT(OPT_JSON),
		.positional_max = 2,
		.run = cmd_sysroot,
	},
	{
		.name = "lab",
		.usage = "[-t TARGET]... [--variant NAME]... [-p PKG]... [--bin NAME]...\n"
			 "       [--profile NAME] [--set KEY=VALUE]... [-j N] [--features LIST]\n"
			 "       [--upx] [--bench-cmd CMD] [--bench-runs N] [--compare [LAB]]\n"
			 "       [--json | --csv | --md] [--svg FILE] | --last [LAB] [--compare]\n"
			 "       | --simulate N [-j CPUS]",
		.help = "build several variants and measure size and time",
		.details =
			"Each preset is built from nothing for all targets, one after the other, "
			"in a\n"
			"folder below target/xtui that goes afterwards; nothing else is touched.\n"
			"Without --variant: default, fast, small and small-fast; --set counts for\n"
			"each. What comes to the same is built once. A variant is marked when\n"
			"another is no worse in size, time of building and, where it was "
			"measured,\n"
			"time of running, and better in one of them.\n"
			"--upx packs a copy of each program; what that would break is left alone,\n"
			"and it is said why.\n"
			"--bench-cmd runs a command of yours for a shell: {} is the program, "
			"behind\n"
			"the runner of a foreign target; XTUI_PROGRAM, XTUI_RUNNER, XTUI_TARGET "
			"and\n"
			"XTUI_VARIANT are in its environment. The median of the runs counts.\n"
			"Labs are kept: --compare shows how sizes have changed since the last "
			"one,\n"
			"or LAB, a lab's name as --json has it or the beginning of one.\n"
			"Which crates and functions make a file big is read from its symbols; a\n"
			"stripped one is linked once more with them, of which nothing else is\n"
			"measured. -v: of all "
			"variants.\n"
			"--simulate builds nothing: from the times that the history has of units, "
			"and\n"
			"cargo's unit graph, it works out what the targets and variants would "
			"take\n"
			"on 1, 2, 4 ... N machines of -j CPUs (docs/scale.md).",
		.options = BIT(OPT_TARGET) | BIT(OPT_VARIANT) | BIT(OPT_PACKAGE) | BIT(OPT_BIN) |
			BIT(OPT_PROFILE) | BIT(OPT_SET) | BIT(OPT_JOBS) | BIT(OPT_FEATURES) |
			BIT(OPT_JSON) | BIT(OPT_CSV) | BIT(OPT_MARKDOWN) | BIT(OPT_SVG) |
			BIT(OPT_COMPARE),
		.late_options = LATE(OPT_UPX) | LATE(OPT_BENCH_CMD) | LATE(OPT_BENCH_RUNS) |
			LATE(OPT_LAST) | LATE(OPT_SIMULATE),
		.positional_max = 2,
		.run = cmd_lab,
	},
	{
		.name = "remote",
		.usage = "[NAME...] [--json] | send NAME | fetch NAME -o DIR",
		.help = "machines that build by ssh, and what they can build",
		.details =
			"Machines are the user's own, [remote.NAME] in config.toml:\n"
			"xtui help config. A build goes there by --backend remote:NAME, or, for\n"
			"those that serve a target, by --backend remote, each by its slots.\n"
			"Only OpenSSH is used, with your own ~/.ssh/config and agent; nobody is\n"
			"asked for a password. The other machine needs xtui of the same version.\n"
			"send copies the sources of this workspace there, as a build does first:\n"
			"by rsync, or as a git bundle where that is missing; what .gitignore\n"
			"leaves out stays here. fetch reads what xtui build --json -v tells\n"
			"there, and brings what it has built into the target folder DIR, each\n"
			"file held against its SHA-256: xtui build --dry-run has the whole line.\n"
			"Ends with 1 when a machine cannot build, or has failed to.",
		.options = BIT(OPT_JSON) | BIT(OPT_OUTPUT),
		.positional_max = -1,
		.takes_rest = true,
		.run = cmd_remote,
	},
	{
		.name = "ci",
		.usage = "[--run ID] [--json]",
		.help = "the last run of the project's CI, and why it failed",
		.details =
			"Asks GitHub by gh, GitLab by glab, which have to be there and logged in:\n"
			"whichever the remote origin is, else whose CI files are here. Without\n"
			"--run: the last run of the branch at hand, else of any.\n"
			"A terminal gets each job's log in a pane, everything else a list of "
			"jobs.\n"
			"Ends with 1 when the run has failed.",
		.options = BIT(OPT_JSON),
		.late_options = LATE(OPT_RUN_ID),
		.run = cmd_ci,
	},
	{
		.name = "demo",
		.usage = "[--json]",
		.help = "watch a recorded build of three targets; needs no toolchain",
		.details = "One of its links fails, so that the hint can be seen.",
		.options = BIT(OPT_JSON),
		.run = cmd_demo,
	},
	{
		.name = "completions",
		.usage = "bash|zsh|fish",
		.help = "print a completion script for a shell",
		.details = "",
		.positional_max = 1,
		.run = cmd_completions,
	},
	{
		.name = "help",
		.usage = "[COMMAND|keys|config|hints [CAUSE]]",
		.help = "explain a command, the keys, the settings or a hint's cause",
		.details = "",
		.positional_max = 2,
		.run = cmd_help,
	},
	{ 0 },
};

/* For make bench: the Build screen on a command's output. */
static const struct command_row bench_panes = {
	.name = "bench-panes",
	.usage = "N -- COMMAND",
	.help = "show a command's output in N panes",
	.details = "",
	.positional_max = 1,
	.takes_rest = true,
};

const struct command_row *
command_find(const char *name)
{
	for (const struct command_row *c = command_rows; c->name; c++)
		if (text_is(c->name, name))
			return c;
	return text_is(name, bench_panes.name) ? &bench_panes : NULL;
}
