/* script: a plan as a POSIX sh script.
 *
 * A step is a few lines; what several steps do in the same way is a function at the top, which is
 * there only when a step calls it. Files below the project's folder are named from there, those
 * below HOME by $HOME. An edit is written as a person would: what comes at the end of a file is
 * appended, any other change is the whole file, and only where the file is still the one it was
 * made for. */
#include "plan/format.h"

#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "base/alloc.h"
#include "io/file.h"
#include "plan/edit.h"
#include "text/shell.h"

/* A file that steps edit. */
struct file_script {
	struct str before, now; /* as it is, and as all steps make it */
	bool only_grows;        /* each of them adds to its end */
	const struct step *last;
};

/* What one step does to its file. */
struct change {
	struct str added; /* at the end, where that is all */
	char *conflict;   /* why it does nothing, or NULL */
};

struct script {
	const char *dir;
	char *home;         /* or NULL */
	struct map files;   /* path to struct file_script */
	struct map changes; /* id of the step to struct change */
	struct map on_path; /* folders that PATH was told of */
	struct str body;
	bool uses_root, uses_fetch, uses_digest, uses_unpack, uses_replace, uses_agree, uses_notes;
};

/* ---- what becomes of the files ---- */

static struct file_script *
file_of(struct script *s, const char *path)
{
	struct file_script *f = map_get(&s->files, path);

	if (f)
		return f;
	f = xcalloc(1, sizeof(*f));
	f->only_grows = true;
	if (file_exists(path))
		file_read(path, &f->before, NULL);
	str_append_span(&f->now, str_span(&f->before));
	map_set(&s->files, path, f);
	return f;
}

static bool
is_longer(struct span before, struct span after)
{
	return after.len > before.len && (!before.len || span_ends(before, "\n")) &&
		span_equal(before, (struct span){ after.data, before.len });
}

static void
plan_change(struct script *s, const struct step *step)
{
	struct file_script *f = file_of(s, step->path);
	struct change *c = xcalloc(1, sizeof(*c));
	struct str after = STR_INIT, conflicts = STR_INIT;
	bool ok = edit_apply(step->path, str_span(&f->now), step->keys, step->key_count, false,
		&after, &conflicts, NULL);

	map_set(&s->changes, step->id, c);
	if (!ok || conflicts.len) {
		c->conflict = ok ? str_take(&conflicts) : xstrdup("it cannot be read");
		str_fini(&after);
		str_fini(&conflicts);
		return;
	}
	f->last = step;
	if (is_longer(str_span(&f->now), str_span(&after)))
		str_append_bytes(&c->added, after.data + f->now.len, after.len - f->now.len);
	else
		f->only_grows = false;
	str_fini(&f->now);
	f->now = after;
}

static void
plan_changes(struct script *s, const struct plan *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].kind == STEP_EDIT)
			plan_change(s, &p->items[i]);
}

static void
script_fini(struct script *s)
{
	for (size_t i = 0; i < s->files.len; i++) {
		struct file_script *f = s->files.entries[i].value;
		str_fini(&f->before);
		str_fini(&f->now);
		free(f);
	}
	for (size_t i = 0; i < s->changes.len; i++) {
		struct change *c = s->changes.entries[i].value;
		str_fini(&c->added);
		free(c->conflict);
		free(c);
	}
	map_fini(&s->files);
	map_fini(&s->changes);
	map_fini(&s->on_path);
	str_fini(&s->body);
	free(s->home);
}

/* ---- words ---- */

/* "$HOME/…" inside double quotes, else as shell_word has it. */
static void
append_path(struct script *s, struct str *out, const char *path)
{
	char *shown = path_shown(path, s->dir);

	if (s->home && path_is_below(path, s->home) && !path_is_below(path, s->dir) &&
		!strpbrk(path + strlen(s->home), "\"$`\\"))
		str_appendf(out, "\"$HOME%s\"", path + strlen(s->home));
	else
		shell_word(out, text_starts(shown, "~/") ? path : shown);
	free(shown);
}

static void
append_words(struct script *s, struct str *out, const char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		str_append(out, i ? " " : "");
		if (path_is_absolute(argv[i]))
			append_path(s, out, argv[i]);
		else
			shell_word(out, argv[i]);
	}
}

static void
append_comment(struct str *out, const char *text)
{
	for (struct span rest = span_of(text), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		str_appendf(out, "# %.*s\n", (int)line.len, line.data);
	}
}

/* A here-document, ended by a word that is not in it. */
static void
append_here(struct str *out, struct span text)
{
	struct str end = STR_INIT;

	str_append(&end, "END_OF_TEXT");
	while (span_find(text, str_span(&end)) >= 0)
		str_append_char(&end, '_');
	str_appendf(out, " <<'%s'\n", str_cstr(&end));
	str_append_span(out, text);
	str_appendf(out, "%s%s\n", text.len && !span_ends(text, "\n") ? "\n" : "", str_cstr(&end));
	str_fini(&end);
}

/* ---- steps ---- */

static void
add_run(struct script *s, const struct step *step)
{
	struct str *out = &s->body;

	s->uses_root |= step->root;
	str_append(out, step->root ? "root " : "");
	append_words(s, out, step->argv);
	if (step->optional)
		str_append(out, " || echo 'that did not work; going on without it' >&2");
	str_append_char(out, '\n');
}

/* The word for the hash: as it is known, or asked for. */
static void
append_digest(struct script *s, struct str *out, const struct step *step)
{
	if (step->sha256) {
		str_append(out, step->sha256);
		return;
	}
	s->uses_digest = true;
	str_append(out, "\"$(digest ");
	shell_word(out, step->sha256_url);
	str_append_char(out, ' ');
	shell_word(out, path_basename(step->url));
	str_append(out, ")\"");
}

/* An archive that is extracted as it comes: unless it is here already. */
static void
add_archive(struct script *s, const struct step *step)
{
	struct str *out = &s->body;

	s->uses_unpack = true;
	str_append(out, "if [ ! -e ");
	append_path(s, out, step->path);
	str_append(out, " ]; then\n\tarchive=$(mktemp)\n\tfetch ");
	shell_word(out, step->url);
	str_append(out, " \"$archive\" ");
	append_digest(s, out, step);
	str_append(out, "\n\tunpack \"$archive\" ");
	append_path(s, out, step->path);
	for (const char *const *m = step->members; *m; m++) {
		str_append_char(out, ' ');
		shell_word(out, *m);
	}
	str_append(out, "\n\trm \"$archive\"\nfi\n");
}

static void
add_download(struct script *s, const struct step *step)
{
	struct str *out = &s->body;

	s->uses_fetch = true;
	if (step->members) {
		add_archive(s, step);
		return;
	}
	str_append(out, "fetch ");
	shell_word(out, step->url);
	str_append_char(out, ' ');
	append_path(s, out, step->path);
	str_append_char(out, ' ');
	append_digest(s, out, step);
	str_append_char(out, '\n');
	if (!step->executable)
		return;
	str_append(out, "chmod +x ");
	append_path(s, out, step->path);
	str_append_char(out, '\n');
}

/* Archives that are extracted apart are zip files, whose list stands at their end. With folders to
 * strip, the one that all is in becomes the tree. */
static void
add_extract(struct script *s, const struct step *step)
{
	struct str *out = &s->body, folder = STR_INIT;

	append_path(s, &folder, step->path);
	str_appendf(out, "if [ ! -e %s ]; then\n\tmkdir -p %s.part\n\tunzip -q ", str_cstr(&folder),
		str_cstr(&folder));
	append_path(s, out, step->from);
	str_appendf(out, " -d %s.part\n\tmv %s.part%s %s\n", str_cstr(&folder), str_cstr(&folder),
		step->strip ? "/*" : "", str_cstr(&folder));
	if (step->strip)
		str_appendf(out, "\trmdir %s.part\n", str_cstr(&folder));
	str_append(out, "fi\n");
	str_fini(&folder);
}

static void
make_folder(struct script *s, const char *path)
{
	char *dir = path_dirname(path);

	if (!text_is(dir, s->dir)) {
		str_append(&s->body, "mkdir -p ");
		append_path(s, &s->body, dir);
		str_append_char(&s->body, '\n');
	}
	free(dir);
}

/* What comes at the end of the file, unless its first line is in there. */
static void
append_to_file(struct script *s, const char *path, struct span added)
{
	struct span rest = added, first = { 0 };
	char *line;

	while (rest.len && !first.len)
		first = span_trim(span_cut(rest, '\n', &rest));
	line = span_dup(first);
	make_folder(s, path);
	str_append(&s->body, "grep -qsF ");
	shell_word(&s->body, line);
	str_append_char(&s->body, ' ');
	append_path(s, &s->body, path);
	str_append(&s->body, " || cat >> ");
	append_path(s, &s->body, path);
	append_here(&s->body, added);
	free(line);
}

/* The whole file, where it is still the one that this was made for. */
static void
replace_file(struct script *s, const char *path, struct span before, struct span after)
{
	s->uses_replace = true;
	str_append(&s->body, "old=$(mktemp) new=$(mktemp)\ncat > \"$old\"");
	append_here(&s->body, before);
	str_append(&s->body, "cat > \"$new\"");
	append_here(&s->body, after);
	str_append(&s->body, "replace ");
	append_path(s, &s->body, path);
	str_append(&s->body, " \"$old\" \"$new\"\n");
}

static void
add_edit(struct script *s, const struct step *step)
{
	const struct file_script *f = map_get(&s->files, step->path);
	const struct change *c = map_get(&s->changes, step->id);

	if (c->conflict) {
		append_comment(&s->body, "left out: the file says something else already");
		append_comment(&s->body, c->conflict);
	} else if (f->only_grows) {
		append_to_file(s, step->path, str_span(&c->added));
	} else if (f->last == step) {
		replace_file(s, step->path, str_span(&f->before), str_span(&f->now));
	} else {
		append_comment(&s->body, "written below, with the other changes of that file");
	}
}

static void
add_note(struct script *s, const struct step *step)
{
	s->uses_notes = true;
	str_append(&s->body, "by_hand ");
	shell_word(&s->body, step->title);
	str_append_char(&s->body, '\n');
}

/* How a person would build with the backend. */
static const char *
build_command(const char *backend)
{
	static const char *const commands[][2] = {
		{ "zig", "cargo zigbuild" },
		{ "cross", "cross build" },
		{ "xwin", "cargo xwin build" },
		{ "ndk", "cargo ndk build" },
		{ "maturin", "maturin build --zig" },
	};

	for (size_t i = 0; i < COUNT(commands); i++)
		if (text_is(commands[i][0], backend))
			return commands[i][1];
	return "cargo build";
}

/* xtui proves it with a small program; without xtui, the project itself is built. */
static void
add_probe(struct script *s, const struct step *step)
{
	str_append(&s->body, "if command -v xtui >/dev/null; then\n\t");
	append_words(s, &s->body, step->argv);
	str_appendf(&s->body, "\nelif [ -e Cargo.toml ]; then\n\t%s --target %s\nfi\n",
		build_command(step->backend), step->target);
}

static void
add_license(struct script *s, const struct step_license *license)
{
	s->uses_agree = true;
	append_comment(&s->body, license->text);
	str_append(&s->body, "agree ");
	shell_word(&s->body, license->name);
	str_append_char(&s->body, ' ');
	shell_word(&s->body, license->url);
	str_append_char(&s->body, '\n');
}

static void
add_step(struct script *s, const struct step *step)
{
	static void (*const add[])(struct script *, const struct step *) = {
		[STEP_RUN] = add_run,
		[STEP_DOWNLOAD] = add_download,
		[STEP_EXTRACT] = add_extract,
		[STEP_EDIT] = add_edit,
		[STEP_NOTE] = add_note,
		[STEP_PROBE] = add_probe,
	};

	str_append_char(&s->body, '\n');
	append_comment(&s->body, step->why);
	if (step->license)
		add_license(s, step->license);
	add[step->kind](s, step);
	if (step->adds_path && !map_has(&s->on_path, step->adds_path)) {
		map_set(&s->on_path, step->adds_path, s);
		str_append(&s->body, "PATH=");
		append_path(s, &s->body, step->adds_path);
		str_append(&s->body, ":$PATH\n");
	}
}

/* ---- head ---- */

static const char text_root[] = "\n# root COMMAND...: runs it as root\n"
				"root() {\n"
				"\tif [ \"$(id -u)\" -eq 0 ]; then\n\t\t\"$@\"\n"
				"\telif command -v sudo >/dev/null; then\n\t\tsudo \"$@\"\n"
				"\telif command -v doas >/dev/null; then\n\t\tdoas \"$@\"\n"
				"\telse\n\t\techo \"for an administrator: $*\" >&2\n\t\treturn 1\n"
				"\tfi\n}\n";

static const char text_fetch[] =
	"\n# fetch URL FILE SHA256: the file gets its name when the hash is right\n"
	"fetch() {\n"
	"\tmkdir -p \"$(dirname \"$2\")\"\n"
	"\tcurl -fL --retry 3 -o \"$2.part\" \"$1\"\n"
	"\tif command -v sha256sum >/dev/null; then\n"
	"\t\techo \"$3  $2.part\" | sha256sum -c -\n"
	"\telse\n"
	"\t\techo \"$3  $2.part\" | shasum -a 256 -c -\n"
	"\tfi\n"
	"\tmv \"$2.part\" \"$2\"\n}\n";

static const char text_digest[] =
	"\n# digest URL NAME: the SHA-256 on the line of NAME, else on the first line\n"
	"digest() {\n"
	"\tcurl -fsSL \"$1\" | awk -v name=\"$2\" '\n"
	"\t\tNR == 1 || index($0, name) { line = $0 }\n"
	"\t\tindex($0, name) { exit }\n"
	"\t\tEND { n = split(line, word); for (i = 1; i <= n; i++) if (length(word[i]) == 64) "
	"print word[i] "
	"}'\n}\n";

static const char text_unpack[] =
	"\n# unpack ARCHIVE FOLDER MEMBER...: links to the archive's own root stay inside it\n"
	"unpack() {\n"
	"\tarchive=$1 folder=$2\n"
	"\tshift 2\n"
	"\tmkdir -p \"$folder.part\"\n"
	"\ttar -xJf \"$archive\" -C \"$folder.part\" \"$@\"\n"
	"\tfind \"$folder.part\" -type l | while read -r link; do\n"
	"\t\tto=$(readlink \"$link\")\n"
	"\t\tcase $to in /*) ln -sfn \"$folder$to\" \"$link\" ;; esac\n"
	"\tdone\n"
	"\tmv \"$folder.part\" \"$folder\"\n}\n";

static const char text_replace[] =
	"\n# replace FILE OLD NEW: where FILE is still the OLD one (but for its last line's end)\n"
	"replace() {\n"
	"\tif [ \"$(cat \"$1\")\" = \"$(cat \"$2\")\" ]; then\n\t\tcat \"$3\" > \"$1\"\n"
	"\telif [ \"$(cat \"$1\")\" != \"$(cat \"$3\")\" ]; then\n"
	"\t\techo \"$1 is not what this was made for\" >&2\n\t\texit 1\n"
	"\tfi\n\trm \"$2\" \"$3\"\n}\n";

static const char text_agree[] = "\n# agree NAME URL: asks, and ends when the answer is not yes\n"
				 "agree() {\n"
				 "\tprintf '%s\\n  %s\\nDo you agree? [y/N] ' \"$1\" \"$2\" >&2\n"
				 "\tread -r answer </dev/tty\n"
				 "\tcase $answer in [Yy]*) ;; *) exit 1 ;; esac\n}\n";

static const char text_by_hand[] = "\n# by_hand WHAT: what a script cannot do\n"
				   "by_hand() {\n"
				   "\techo \"by hand: $1\" >&2\n}\n";

static void
append_head(const struct script *s, const char *what, struct str *out)
{
	str_appendf(out,
		"#!/bin/sh\n"
		"# Makes this machine build for %s.\n"
		"# From `xtui setup --script`, for this machine as it was then: read it before you "
		"run "
		"it.\n"
		"set -eu\n",
		what);
	str_append(out, s->uses_root ? text_root : "");
	str_append(out, s->uses_fetch ? text_fetch : "");
	str_append(out, s->uses_digest ? text_digest : "");
	str_append(out, s->uses_unpack ? text_unpack : "");
	str_append(out, s->uses_replace ? text_replace : "");
	str_append(out, s->uses_agree ? text_agree : "");
	str_append(out, s->uses_notes ? text_by_hand : "");
	str_append(out, "\ncd ");
	shell_word(out, s->dir);
	str_append_char(out, '\n');
}

void
plan_script(const struct plan *p, const char *dir, const char *what, struct str *out)
{
	struct script s = { .dir = dir, .home = path_home() };

	plan_changes(&s, p);
	for (size_t i = 0; i < p->count; i++)
		add_step(&s, &p->items[i]);
	append_head(&s, what, out);
	str_append_span(out, str_span(&s.body));
	script_fini(&s);
}
