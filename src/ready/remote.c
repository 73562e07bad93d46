#include "ready/remote.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/hash.h"
#include "io/proc.h"
#include "text/shell.h"

#define ANSWER_MAX (1u << 20)
#define SSH_FAILED 255      /* ssh's own exit status; any other is the command's */
#define MARK "xtui-remote:" /* before each line of an answer: login scripts may print too */

/* Programs of the user's own, and of Homebrew, that are not on the PATH of a session without terminal. */
#define FIND_PROGRAMS                                                                              \
	"PATH=\"$PATH:$HOME/.cargo/bin:$HOME/.local/bin:/usr/local/bin:/opt/homebrew/bin\"; "      \
	"export PATH; "

const char *
remote_name_in(const char *backend)
{
	size_t len = strlen(REMOTE_WORD);

	return text_starts(backend, REMOTE_WORD ":") && backend[len + 1] ? backend + len + 1 : NULL;
}

bool
remote_is_meant(const char *backend)
{
	return text_is(backend, REMOTE_WORD) || remote_name_in(backend);
}

/* ---- words ---- */

/* What a user's configuration may say besides is for sessions of people. */
const char *const *
remote_ssh(const struct remote *r, struct arena *arena)
{
	static const char *const fixed[] = { "-T", "-oBatchMode=yes", "-oConnectTimeout=10",
		"-oServerAliveInterval=15", "-oServerAliveCountMax=3", "-oClearAllForwardings=yes",
		"-oRemoteCommand=none" };
	size_t count = COUNT(fixed), len = 0;
	const char **words = arena_array(arena, const char *, count + 4);

	words[len++] = "ssh";
	if (r->ssh_config) {
		words[len++] = "-F";
		words[len++] = r->ssh_config;
	}
	memcpy(words + len, fixed, sizeof(fixed));
	return words;
}

static const char *
shell_text(const char *script, const char *const *words, struct arena *arena)
{
	struct str text = STR_INIT;

	str_append(&text, "exec /bin/sh -c ");
	shell_word(&text, script);
	str_append(&text, " xtui");
	for (; *words; words++) {
		str_append_char(&text, ' ');
		shell_word(&text, *words);
	}
	return arena_take(arena, &text);
}

const char *const *
remote_shell(
	const struct remote *r, const char *script, const char *const *words, struct arena *arena)
{
	const char *const *ssh = remote_ssh(r, arena);
	size_t len = 0;
	const char **argv;

	while (ssh[len])
		len++;
	argv = arena_array(arena, const char *, len + 3);
	memcpy(argv, ssh, len * sizeof(*argv));
	argv[len++] = r->host;
	argv[len] = shell_text(arena_printf(arena, FIND_PROGRAMS "%s", script), words, arena);
	return argv;
}

const char *
remote_folder(const struct remote *r, const char *root, struct arena *arena)
{
	char here[256] = "";
	const char *base = r->folder;
	uint64_t hash;

	gethostname(here, sizeof(here) - 1);
	hash = hash_text(hash_text(HASH_INIT, here), root);
	if (text_starts(base, "~/"))
		base += 2;
	return arena_printf(arena, "%s/%016" PRIx64, base, hash);
}

/* ---- what it says of itself ---- */

/* $1: the folder, or nothing; $2: the program; $3: "targets"; the rest are options of it. */
static const char question[] =
	"m='" MARK "'; [ -z \"$1\" ] || mkdir -p -- \"$1\" || exit 1; "
	"x=$2; case $x in '~/'*) x=$HOME/${x#'~/'};; esac; w=$3; shift 3; "
	"echo \"${m}system $(uname -sm)\"; "
	"for p in rsync git; do command -v $p >/dev/null 2>&1 && echo \"${m}has $p\"; done; "
	"command -v \"$x\" >/dev/null 2>&1 || exit 0; "
	"echo \"${m}version $(\"$x\" --version)\"; "
	"[ -z \"$w\" ] || \"$x\" \"$@\" targets --ready 2>/dev/null | "
	"while read -r t w; do echo \"${m}target $t\"; done";

const char *const *
remote_question(const struct remote *r, const char *dir, bool with_targets, struct arena *arena)
{
	const char *words[] = { dir ? dir : "", r->xtui, with_targets ? "targets" : "",
		r->toolchain ? "--toolchain" : NULL, r->toolchain, NULL };

	return remote_shell(r, question, words, arena);
}

/* A line of `xtui targets`; its heading has no dash. */
static void
add_target(struct remote_state *state, struct span line, struct arena *arena)
{
	if (!memchr(line.data, '-', line.len))
		return;
	if (state->ready_count < REMOTE_READY_MAX)
		state->ready[state->ready_count++] = arena_span(arena, line);
}

static void
read_line(struct remote_state *state, struct span line, struct arena *arena)
{
	struct span rest, word = span_cut(line, ' ', &rest);

	rest = span_trim(rest);
	if (span_is(word, MARK "has")) {
		state->has_rsync |= span_is(rest, "rsync");
		state->has_git |= span_is(rest, "git");
	} else if (span_is(word, MARK "system")) {
		state->system = arena_clean(arena, arena_span(arena, rest));
	} else if (span_is(word, MARK "version")) {
		span_cut(rest, ' ', &rest); /* "xtui 0.1.0" */
		state->version = arena_clean(arena, arena_span(arena, rest));
	} else if (span_is(word, MARK "target")) {
		add_target(state, rest, arena);
	}
}

/* Versions that are alike but for their last number speak alike. */
static bool
speaks_alike(const char *version)
{
	const char *dot = strrchr(XTUI_VERSION, '.');
	size_t len = dot ? (size_t)(dot - XTUI_VERSION) : strlen(XTUI_VERSION);

	return strncmp(version, XTUI_VERSION, len) == 0 && strchr(".-", version[len]);
}

static bool
check_state(const struct remote *r, const struct remote_state *state, struct err *err)
{
	if (!state->system) {
		err_set(err, ERR_ENVIRONMENT, "%s: no shell of %s answers as expected", r->name,
			r->host);
		return err_try(err, "ssh %s uname", r->host);
	}
	if (!state->version) {
		err_set(err, ERR_ENVIRONMENT, "%s: there is no %s on %s (%s)", r->name, r->xtui,
			r->host, state->system);
		return err_try(err,
			"install xtui " XTUI_VERSION " there (make install PREFIX=~/.local), or "
			"[remote.%s] xtui = \"its path\"",
			r->name);
	}
	if (speaks_alike(state->version))
		return true;
	err_set(err, ERR_ENVIRONMENT, "%s: xtui %s is on %s, and this is " XTUI_VERSION, r->name,
		state->version, r->host);
	return err_try(err, "install the same version on both machines");
}

bool
remote_read(const struct remote *r, int exit_code, const char *out, const char *complaint,
	struct remote_state *state, struct arena *arena, struct err *err)
{
	struct span rest = span_of(out);

	*state = (struct remote_state){ 0 };
	state->ready = arena_array(arena, const char *, REMOTE_READY_MAX + 1);
	if (exit_code != 0)
		return remote_err(r, exit_code, complaint, err);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);

		read_line(state, line, arena);
	}
	return check_state(r, state, err);
}

bool
remote_ask(const struct remote *r, const char *dir, struct remote_state *state, struct arena *arena,
	struct err *err)
{
	struct proc_spec spec = { .argv = remote_question(r, dir, false, arena) };
	struct proc_result result;
	bool ok = proc_capture(&spec, ANSWER_MAX, REMOTE_LIMIT_MS, &result, err) &&
		remote_read(r, result.end.exit_code, str_cstr(&result.out), str_cstr(&result.err),
			state, arena, err);

	proc_result_fini(&result);
	return ok;
}

/* ---- why it cannot be reached ---- */

/* In the order in which they are looked for; % in a remedy is the host. As OpenSSH 7 to 10 have them
 * (sshconnect.c, ssh.c, packet.c). */
static const struct {
	const char *said, *why, *remedy;
} troubles[] = {
	{ "REMOTE HOST IDENTIFICATION HAS CHANGED", "its key is not the one that ssh knows",
		"find out why; then ssh-keygen -R %, and ssh % once" },
	{ "Host key verification failed", "ssh does not know its key yet",
		"ssh % once, and compare the key that it shows" },
	{ "Could not resolve hostname", "nobody knows a machine of that name",
		"`host` in config.toml, or a Host % in ~/.ssh/config" },
	{ "Connection refused", "it is there, but nobody listens for ssh",
		"start sshd there, or name its port in ~/.ssh/config (Host %)" },
	{ "No route to host", "there is no way to it",
		"whether % is on, and this network leads there" },
	{ "Network is unreachable", "there is no way to it",
		"whether % is on, and this network leads there" },
	{ "timed out", "it does not answer", "whether % is on, and this network leads there" },
	{ "Too many authentication failures", "it was offered too many keys",
		"IdentityFile and IdentitiesOnly yes for Host % in ~/.ssh/config" },
	{ "Permission denied", "it does not let us in without a password",
		"ssh-add, or ssh-copy-id %: xtui never asks for a password" },
	{ "Connection closed", "it has closed the connection", "ssh -v %" },
	{ "closed by remote host", "it has closed the connection", "ssh -v %" },
	{ "Connection reset", "it has closed the connection", "ssh -v %" },
	{ "Bad configuration option", "ssh's configuration has a mistake", "ssh -G %" },
	{ "Can't open user config file", "`ssh-config` names no file that can be read",
		"ssh -G %" },
};

/* ssh's last line: the ones before are warnings and banners. rsync's own last line only counts. */
static struct span
last_line(const char *text)
{
	struct span rest = span_trim(span_of(text)), line = rest;

	while (rest.len) {
		struct span next = span_trim(span_cut(rest, '\n', &rest));

		if (!span_starts(next, "rsync error:"))
			line = next;
	}
	return line;
}

/* "mac (me@mac.local): why", "mac: why" where that is its host, too. */
static void
err_of(const struct remote *r, struct err *err, struct span why)
{
	bool is_same = text_is(r->name, r->host);

	err_set(err, ERR_ENVIRONMENT, "%s%s%s%s: %.*s", r->name, is_same ? "" : " (",
		is_same ? "" : r->host, is_same ? "" : ")", (int)why.len, why.data);
}

/* The line that begins so, without its beginning; empty when there is none. */
static struct span
line_after(const char *text, const char *begin)
{
	struct span rest = span_of(text);

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		size_t len = strlen(begin);

		if (span_starts(line, begin))
			return (struct span){ line.data + len, line.len - len };
	}
	return (struct span){ 0 };
}

/* What the xtui there has said of itself. */
static bool
err_there(const struct remote *r, struct span said, const char *complaint, struct err *err)
{
	struct span remedy = line_after(complaint, "  try: ");

	err_set(err, ERR_ENVIRONMENT, "%s: %.*s", r->name, (int)said.len, said.data);
	return remedy.len && err_try(err, "%.*s (on %s)", (int)remedy.len, remedy.data, r->host);
}

static bool
err_ssh(const struct remote *r, const char *complaint, struct err *err)
{
	for (size_t i = 0; i < COUNT(troubles); i++) {
		struct str remedy = STR_INIT;

		if (!strstr(complaint, troubles[i].said))
			continue;
		for (const char *c = troubles[i].remedy; *c; c++) {
			if (*c == '%')
				str_append(&remedy, r->host);
			else
				str_append_char(&remedy, *c);
		}
		err_of(r, err, span_of(troubles[i].why));
		err_try(err, "%s", str_cstr(&remedy));
		str_fini(&remedy);
		return true;
	}
	return false;
}

bool
remote_err(const struct remote *r, int exit_code, const char *complaint, struct err *err)
{
	struct span line = last_line(complaint), said = line_after(complaint, "xtui: ");

	if (exit_code == SSH_FAILED && err_ssh(r, complaint, err))
		return false;
	if (exit_code != SSH_FAILED && said.len)
		return err_there(r, said, complaint, err), false;
	if (line.len) {
		err_of(r, err, line);
	} else {
		char *why = xasprintf("ssh ended with status %d", exit_code);

		err_of(r, err, span_of(why));
		free(why);
	}
	return err_try(err, "ssh %s", r->host);
}
