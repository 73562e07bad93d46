/* clipboard: helpers are programs that may hang or stay, so they run on a worker with a time limit. */
#include "ui/clipboard.h"
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ui/term.h"

#define HELPER_MS 3000
#define ARGV_MAX 5

struct copy {
	char *text;
	size_t len;
	bool ok;
	char where[sizeof(((struct err *)0)->message)];
	void (*done)(void *arg, bool ok, const char *where);
	void *arg;
};

/* Asked in this order; each only where the variable says that it has someone to talk to. */
static const struct helper {
	const char *variable; /* NULL: always */
	const char *argv[ARGV_MAX];
	const char *where;
} helpers[] = {
	{ "TMUX", { "tmux", "load-buffer", "-w", "-" }, "to tmux and the clipboard" },
	{ "TMUX", { "tmux", "load-buffer", "-" }, "to tmux's buffer" },
	{ "WAYLAND_DISPLAY", { "wl-copy" }, "to the clipboard by wl-copy" },
	{ "DISPLAY", { "xclip", "-selection", "clipboard" }, "to the clipboard by xclip" },
	{ "DISPLAY", { "xsel", "--clipboard", "--input" }, "to the clipboard by xsel" },
	{ NULL, { "pbcopy" }, "to the clipboard by pbcopy" },
};

static bool
run_helper(const struct helper *h, struct copy *c)
{
	struct proc_spec spec = { .argv = h->argv, .input = { c->text, c->len } };
	const char *value = h->variable ? getenv(h->variable) : "yes";
	struct proc_result result = { 0 };

	if (!value || !*value)
		return false;
	char *path = proc_find_program(h->argv[0]);
	bool ok = path && proc_capture(&spec, 4096, HELPER_MS, &result, NULL) &&
		result.end.exit_code == 0;
	if (path)
		proc_result_fini(&result);
	free(path);
	snprintf(c->where, sizeof(c->where), "%s", h->where);
	return ok;
}

static bool
write_file(struct copy *c)
{
	char *dir = path_state_dir();
	char *path = dir ? path_join(dir, "copied.txt") : NULL;
	struct err err = ERR_INIT;
	bool ok = path && file_write(path, (struct span){ c->text, c->len }, &err);
	char *shown = ok ? path_shown(path, NULL) : NULL;

	if (ok)
		snprintf(c->where, sizeof(c->where), "to %s", shown);
	else
		snprintf(c->where, sizeof(c->where), "%s",
			path ? err.message : "no folder to write to");
	free(shown);
	free(path);
	free(dir);
	return ok;
}

static void
work(void *arg)
{
	struct copy *c = arg;

	for (size_t i = 0; i < COUNT(helpers) && !c->ok; i++)
		c->ok = run_helper(&helpers[i], c);
	if (!c->ok)
		c->ok = write_file(c);
}

static void
finish(void *arg)
{
	struct copy *c = arg;

	c->done(c->arg, c->ok, c->where);
	free(c->text);
	free(c);
}

void
clipboard_put(struct loop *l, const char *text, size_t len,
	void (*done)(void *arg, bool ok, const char *where), void *arg)
{
	const char *tmux = getenv("TMUX");
	bool in_tmux = tmux && *tmux;

	if (!in_tmux && term_copy(text, len)) {
		done(arg, true, "to the clipboard by OSC 52");
		return;
	}
	struct copy *c = xcalloc(1, sizeof(*c));
	c->text = xstrndup(text, len);
	c->len = len;
	c->done = done;
	c->arg = arg;
	loop_work(l, work, finish, c);
}
