/* Builds on another machine by ssh, against a real sshd. */
#include "e2e/bench_sshd.h"

#include "text/json.h"

static const char *
in_sources(struct stage *s, const char *name)
{
	return arena_printf(&s->bed->arena, "%s/%s", sshd_sources(s), name);
}

/* ---- building ---- */

/* Two targets are built there by one cargo; programs come back to where cargo would put them, whole;
 * sources go there without what is left out, and without the project's choice. */
static void
builds_there(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	bed_write(s->bed, "greet/notes.tmp", "not a source\n");
	bed_write(s->bed, "greet/.gitignore", "/target\n*.tmp\nCargo.lock\n");
	bed_write(s->bed, "greet/target/x86/old", "");
	bed_write(s->bed, "greet/xtui.toml", "[target." HOST "]\nbackend = \"remote:box\"\n");
	xtui(s, "build", "-t", ARM64, "-t", HOST, "--backend", ARM64 "=remote", "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 2);
	assert_int_equal(stage_events(s, "artifact", "path",
				 bed_path(s->bed, "greet/target/" ARM64 "/release/greet")),
		1);
	assert_true(stage_events(s, "unit", "crate", "greet") > 0);
	assert_out(s, "\"backend\":\"remote:box\"");
	xtui(s, "run", "-t", HOST, "--bin", "greet");
	assert_code(s, 0);
	assert_true(file_exists(in_sources(s, "src/main.rs")));
	assert_true(file_exists(in_sources(s, "Cargo.lock")));
	assert_false(file_exists(in_sources(s, "notes.tmp")));
	assert_false(file_exists(in_sources(s, "xtui.toml")));
	assert_false(file_exists(in_sources(s, "target/x86/old")));
}

/* What has changed is built anew and what has not is fresh; what was removed here goes there. */
static void
second_time(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	bed_write(s->bed, "greet/src/extra.txt", "1");
	xtui(s, "build", "-t", HOST, "--backend", "remote:box");
	assert_code(s, 0);
	assert_true(file_exists(in_sources(s, "src/extra.txt")));
	unlink(bed_path(s->bed, "greet/src/extra.txt"));
	xtui(s, "build", "-t", HOST, "--backend", "remote:box", "--json");
	assert_code(s, 0);
	assert_false(file_exists(in_sources(s, "src/extra.txt")));
	assert_int_equal(stage_events(s, "unit", NULL, NULL), 0);
	assert_int_equal(stage_events(s, "artifact", "kind", "bin"), 1);
}

/* Without rsync a git bundle brings the same, again and again; a repository within one is refused. */
static void
by_git(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	if (!bed_has("git"))
		bed_skip("no git on this machine");
	stage_hide(s, "rsync");
	bed_write(s->bed, "greet/src/extra.txt", "1\r\n");
	bed_write(s->bed, "greet/odd [name]/target/x", "");
	xtui(s, "build", "-t", HOST, "--backend", "remote:box");
	assert_code(s, 0);
	assert_true(file_exists(in_sources(s, ".git")));
	assert_true(file_exists(in_sources(s, "src/extra.txt")));
	unlink(bed_path(s->bed, "greet/src/extra.txt"));
	xtui(s, "build", "-t", HOST, "--backend", "remote:box", "--json");
	assert_code(s, 0);
	assert_false(file_exists(in_sources(s, "src/extra.txt")));
	assert_int_equal(stage_events(s, "unit", NULL, NULL), 0);
	bed_write(s->bed, "greet/vendored/.git/HEAD", "");
	xtui(s, "remote", "send", "box");
	assert_refused(s, 3, "greet/vendored: is a git repository of its own");
	stage_hide(s, "git");
	xtui(s, "remote", "send", "box");
	assert_refused(s, 3, "box: neither rsync nor git is on both machines");
}

/* An rsync that does not know what it is asked for, as macOS's own, gives way to git. */
static void
odd_rsync(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	if (!bed_has("git"))
		bed_skip("no git on this machine");
	stage_hide(s, "rsync");
	bed_script(s->bed, "bin/rsync",
		"#!/bin/sh\necho 'rsync: unrecognized option --checksum' >&2\nexit 1\n");
	xtui(s, "remote", "send", "box");
	assert_code(s, 0);
	assert_true(file_exists(in_sources(s, ".git")));
	assert_true(file_exists(in_sources(s, "src/main.rs")));
	bed_script(s->bed, "bin/rsync",
		"#!/bin/sh\necho 'rsync: write failed: No space left on device (28)' >&2\n"
		"echo 'rsync error: error in file IO (code 11) at receiver.c(380)' >&2\nexit 11\n");
	xtui(s, "remote", "send", "box");
	assert_refused(s, 3, "box: rsync: write failed: No space left on device (28)");
}

/* A link that fails there is explained here, and ends as a failure does. */
static void
failure_is_explained(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	bed_write(s->bed, "greet/.cargo/config.toml",
		"[target." ARM64 "]\nlinker = \"no-such-linker\"\n");
	xtui(s, "build", "-t", ARM64, "-t", HOST, "--backend", "remote:box", "--json");
	assert_code(s, 1);
	assert_int_equal(stage_events(s, "job_finished", "status", "failed"), 1);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 1);
	assert_true(stage_events(s, "diagnostic", "level", "error") > 0);
	assert_true(stage_events(s, "hint", "cause", "linker-not-found") > 0);
	xtui(s, "log", "last", ARM64);
}

/* Beside what is built here, in one run; the options of the line hold there. */
static void
beside_native(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	xtui(s, "build", "-t", ARM64, "-t", HOST, "--backend", ARM64 "=remote:box", "--set",
		"opt-level=1", "-p", "greet", "--profile", "dev", "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 2);
	assert_int_equal(stage_events(s, "artifact", "path",
				 bed_path(s->bed, "greet/target/" ARM64 "/debug/greet")),
		1);
	assert_int_equal(stage_events(s, "artifact", "path",
				 bed_path(s->bed, "greet/target/" HOST "/debug/greet")),
		1);
	assert_false(file_exists(in_sources(s, "target/" HOST)));
}

/* A dry run's lines, pasted into a shell, send the sources, build there and bring back what was built; a build
 * that fails there is a line that fails. */
static void
dry_run_lines(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	sshd_open(s);
	xtui(s, "build", "--dry-run", "-t", HOST, "--backend", "remote:box", "--bin", "greet");
	assert_code(s, 0);
	assert_out(s, " remote send box &&\nssh ");
	stage_paste(s);
	assert_code(s, 0);
	assert_true(file_is_executable(bed_path(s->bed, "greet/target/" HOST "/release/greet")));
	bed_write(s->bed, "greet/src/main.rs", "fn main() { nothing() }\n");
	xtui(s, "build", "--dry-run", "-t", HOST, "--backend", "remote:box", "--bin", "greet");
	stage_paste(s);
	assert_code(s, 1);
	assert_out(s, "cannot find function `nothing`");
	assert_out(s, "box: the build there ended as failed");
	xtui(s, "build", "--dry-run", "--json", "-t", HOST, "--backend", "remote:box");
	struct json *doc = stage_json(s, "DRY_RUN");
	const struct json *group = json_first(json_get(doc, "groups"));
	assert_string_equal(
		json_string(json_get(json_first(json_get(group, "before")), "title"), ""),
		"xtui remote send box");
	json_free(doc);
	xtui(s, "remote", "fetch", "box");
	assert_refused(s, 2, "remote fetch: -o DIR, the target folder, is expected");
}

/* ---- an end before the end ---- */

static struct running *
start_endless(struct stage *s)
{
	struct running *r;

	stage_slow(s);
	r = stage_start(s,
		(const char *const[]){ "build", "-t", HOST, "--backend", "remote:box", NULL },
		HOST " |    Compiling slow");
	assert_true(sshd_processes(s) > 0);
	return r;
}

/* A build that is stopped is stopped there. */
static void
interrupt_ends_it_there(void **state)
{
	struct stage *s = *state;
	struct running *r;

	sshd_open(s);
	r = start_endless(s);
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_code(s, 130);
	assert_out(s, HOST " | cancelled ");
	assert_true(sshd_is_quiet(s));
}

/* kill -9 of xtui leaves nothing there, and the next build goes on. */
static void
kill_ends_it_there(void **state)
{
	struct stage *s = *state;
	struct running *r;

	sshd_open(s);
	r = start_endless(s);
	stage_signal(r, SIGKILL);
	stage_wait(r);
	assert_int_equal(s->code, -1);
	assert_true(sshd_is_quiet(s));
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST, "--backend", "remote:box");
	assert_code(s, 0);
	assert_false(bed_says_blocked(str_span(&s->out)));
}

/* A line that is lost ends the build on both sides, and it is said why. */
static void
lost_connection(void **state)
{
	struct stage *s = *state;
	struct sshd *d = sshd_open(s);
	struct running *r = start_endless(s);

	sshd_drop(d);
	stage_wait(r);
	assert_code(s, 1);
	assert_out(s, "error: box: it has closed the connection");
	assert_out(s, HOST " | failed ");
	assert_true(sshd_is_quiet(s));
}

/* ---- files ---- */

/* What is not what was told gets no name here. */
static void
wrong_digest(void **state)
{
	struct stage *s = *state;
	const char *there = bed_path(s->bed, "file"), *here = bed_path(s->bed, "got/file");

	sshd_open(s);
	bed_write(s->bed, "file", "abc");
	xtui(s, "remote", "fetch", "box", "--",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "3", there,
		here);
	assert_code(s, 0);
	assert_true(file_exists(here));
	unlink(here);
	bed_write(s->bed, "file", "abd");
	xtui(s, "remote", "fetch", "box", "--",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "3", there,
		here);
	assert_refused(s, 1, "file: what came from box has another SHA-256");
	assert_false(file_exists(here));
	xtui(s, "remote", "fetch", "box", "--",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "3",
		bed_path(s->bed, "nothing"), here);
	assert_refused(s, 3, "nothing");
	assert_false(file_exists(here));
}

/* ---- several machines ---- */

/* Targets go to the machines that serve them, by their slots. */
static void
spread_by_slots(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	bed_write(s->bed, "config/xtui/config.toml",
		"[remote.small]\ntargets = [\"*-linux-*\"]\n"
		"[remote.large]\nslots = 2\ntargets = [\"*-linux-*\"]\n"
		"[remote.mac]\ntargets = [\"*-apple-*\"]\n");
	xtui(s, "build", "--dry-run", "--backend", "remote", "-t", HOST, "-t", ARM64, "-t", MUSL,
		"-t", "aarch64-apple-darwin");
	assert_code(s, 0);
	assert_out(s, "# as configured, remote:large: " HOST " " MUSL "\n");
	assert_out(s, "# as configured, remote:small: " ARM64 "\n");
	assert_out(s, "# as configured, remote:mac: aarch64-apple-darwin\n");
	assert_out(s, " remote send mac &&\nssh ");
	xtui(s, "build", "--dry-run", "--backend", "remote", "-t", WINDOWS);
	assert_refused(s, 2, WINDOWS ": no remote serves this target");
	xtui(s, "build", "--dry-run", "--backend", "remote:mc", "-t", HOST);
	assert_refused(s, 2, "there is no remote \"mc\"");
	assert_non_null(strstr(str_cstr(&s->err), "try: remote:mac"));
}

/* ---- what can be wrong ---- */

/* Each mistake is one line that says what to do; so it is for a build. */
static void
clear_lines(void **state)
{
	struct stage *s = *state;
	const struct {
		const char *line, *why, *remedy;
	} cases[] = {
		{ "UserKnownHostsFile /dev/null", "ssh does not know its key yet", "ssh box once" },
		{ "Port 9", "nobody listens for ssh", "start sshd there" },
		{ "HostName no-such-machine.invalid", "nobody knows a machine of that name",
			"Host box in ~/.ssh/config" },
		{ "IdentityFile /nowhere\nPubkeyAuthentication no",
			"it does not let us in without a password", "ssh-copy-id box" },
		{ "NoSuchOption yes", "ssh's configuration has a mistake", "ssh -G box" },
	};
	const char *config = bed_path(s->bed, "ssh/config");

	sshd_open(s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str before = STR_INIT;

		assert_true(file_read(config, &before, NULL));
		sshd_client_line(s, cases[i].line);
		xtui(s, "remote", "box");
		assert_code(s, 1);
		assert_out(s, cases[i].why);
		assert_out(s, cases[i].remedy);
		bed_write(s->bed, "ssh/config", str_cstr(&before));
		str_fini(&before);
	}
	sshd_client_line(s, "Port 9");
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "--backend", "remote:box");
	assert_code(s, 1);
	assert_out(s, HOST " | error: box: it is there, but nobody listens for ssh");
	assert_out(s, HOST " |   try: start sshd there");
}

/* Another machine's key in place of the one that is known. */
static void
changed_key(void **state)
{
	struct stage *s = *state;
	struct str known = STR_INIT, key = STR_INIT;
	char *space;

	sshd_open(s);
	assert_true(file_read(bed_path(s->bed, "ssh/known"), &known, NULL));
	assert_true(file_read(bed_path(s->bed, "ssh/key.pub"), &key, NULL));
	space = strchr(known.data, ' ');
	bed_write(s->bed, "ssh/known",
		arena_printf(&s->bed->arena, "%.*s %s", (int)(space - known.data), known.data,
			str_cstr(&key)));
	xtui(s, "remote", "box");
	assert_code(s, 1);
	assert_out(s, "its key is not the one that ssh knows");
	assert_out(s, "ssh-keygen -R box");
	str_fini(&known);
	str_fini(&key);
}

/* No xtui there, and another version of it. */
static void
other_xtui(void **state)
{
	struct stage *s = *state;

	sshd_open(s);
	sshd_configure(s,
		"[remote.none]\nhost = \"box\"\nxtui = \"/nowhere/xtui\"\nssh-config = "
		"\"ssh/config\"\n"
		"[remote.old]\nhost = \"box\"\nxtui = \"old-xtui\"\nssh-config = \"ssh/config\"\n");
	bed_script(s->bed, "bin/old-xtui", "#!/bin/sh\necho xtui 0.0.7\n");
	xtui(s, "remote", "none", "old");
	assert_code(s, 1);
	assert_out(s, "none: there is no /nowhere/xtui on box (");
	assert_out(s, "make install PREFIX=~/.local");
	assert_out(s, "old: xtui 0.0.7 is on box, and this is ");
	assert_out(s, "install the same version on both machines");
}

/* The machines with their state, for people and as JSON; doctor has them too. */
static void
listed(void **state)
{
	struct stage *s = *state;
	struct json *json;

	sshd_open(s);
	xtui(s, "remote");
	assert_code(s, 0);
	assert_out(s, "box Linux ");
	assert_out(s, "  " HOST "\n");
	xtui(s, "remote", "--json");
	json = stage_json(s, "REMOTES");
	assert_string_equal(
		json_string(json_get(json_at(json_get(json, "remotes"), 0), "state"), ""), "ok");
	json_free(json);
	xtui(s, "remote", "bax");
	assert_refused(s, 2, "remote: there is no machine \"bax\"");
	sshd_configure(s, "[remote.far]\nhost = \"no-such-machine.invalid\"\n");
	xtui(s, "doctor", HOST);
	assert_out(s, "box");
	assert_out(s, "nobody knows a machine of that name");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(builds_there),
		STAGE_TEST(second_time),
		STAGE_TEST(by_git),
		STAGE_TEST(dry_run_lines),
		STAGE_TEST(odd_rsync),
		STAGE_TEST(failure_is_explained),
		STAGE_TEST(beside_native),
		STAGE_TEST(interrupt_ends_it_there),
		STAGE_TEST(kill_ends_it_there),
		STAGE_TEST(lost_connection),
		STAGE_TEST(wrong_digest),
		STAGE_TEST(spread_by_slots),
		STAGE_TEST(clear_lines),
		STAGE_TEST(changed_key),
		STAGE_TEST(other_xtui),
		STAGE_TEST(listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
