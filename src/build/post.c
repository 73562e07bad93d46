/* Nothing here asks the system: lines and pieces come in, the panes are told.
 *
 * Failed units queue until cargo's "could not compile", which comes in the same order; diagnostics
 * of cargo's are held until their artefact, because only a fresh crate's are news. */
#include "build/post.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/named.h"
#include "build/scripts.h"
#include "rust/message.h"

/* A rustc that failed, until cargo's "could not compile" has been told to the same jobs. */
struct failure {
	char *package, *version, *crate;
	struct progress_unit unit; /* points to these */
};

struct post {
	struct post_spec spec;
	struct map shown;   /* "serde v1.0.219" -> as cargo shows it, ours */
	struct map started; /* units that the shim told of */
	struct map told;    /* diagnostics of those, by hash; how often cargo is yet to echo each */
	VEC(char *) plain;  /* lines of rustc that are no JSON, until cargo repeats them */
	VEC(struct failure) failures;
	struct scripts scripts;
	VEC(struct message) held; /* diagnostics, until their artefact says whose */
	bool *named;              /* a target each, for a text at hand */
	struct str line;          /* out of a box */
	bool has_begun, has_finished;
};

struct post *
post_new(const struct post_spec *spec)
{
	struct post *p = xcalloc(1, sizeof(*p));

	p->spec = *spec;
	p->named = xcalloc(spec->count + 1, sizeof(bool));
	scripts_init(&p->scripts, &p->spec);
	return p;
}

static void
add_failure(struct post *p, const struct progress_unit *unit)
{
	struct failure *f = vec_add(&p->failures);

	f->package = span_dup(unit->package);
	f->version = span_dup(unit->version);
	f->crate = span_dup(unit->crate);
	f->unit = *unit;
	f->unit.package = span_of(f->package);
	f->unit.version = span_of(f->version);
	f->unit.crate = span_of(f->crate);
}

static void
drop_failure(struct post *p, size_t at)
{
	struct failure *f = &p->failures.items[at];

	free(f->package);
	free(f->version);
	free(f->crate);
	vec_remove(&p->failures, at);
}

void
post_free(struct post *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->shown.len; i++)
		free(p->shown.entries[i].value);
	while (p->failures.len)
		drop_failure(p, p->failures.len - 1);
	for (size_t i = 0; i < p->held.len; i++)
		message_fini(&p->held.items[i]);
	for (size_t i = 0; i < p->plain.len; i++)
		free(p->plain.items[i]);
	map_fini(&p->shown);
	map_fini(&p->started);
	map_fini(&p->told);
	vec_fini(&p->plain);
	vec_fini(&p->failures);
	scripts_fini(&p->scripts);
	vec_fini(&p->held);
	str_fini(&p->line);
	free(p->named);
	free(p);
}

bool
post_has_begun(const struct post *p)
{
	return p->has_begun;
}

bool
post_has_finished(const struct post *p)
{
	return p->has_finished;
}

/* ---- units ---- */

static struct progress_unit
unit_of_shim(const struct post *p, const struct shim_unit *unit)
{
	struct progress_unit name = {
		.package = span_of(unit->package),
		.version = span_of(unit->version),
		.crate = span_of(unit->crate),
		.is_program = text_is(unit->type, "bin"),
		.target = *unit->target ? PROGRESS_NOBODY : PROGRESS_HOST,
	};

	for (size_t i = 0; i < p->spec.count; i++) {
		if (text_is(p->spec.triples[i], unit->target))
			name.target = (int)i;
	}
	return name;
}

static struct progress_unit
unit_of_message(const struct post *p, const struct message *m)
{
	struct package_parts parts = { 0 };

	if (m->package_id)
		message_package_parts(m->package_id, &parts);
	return (struct progress_unit){
		.package = parts.name,
		.version = parts.version,
		.crate = span_of(m->crate ? m->crate : ""),
		.opt_level = m->opt_level,
		.is_program = text_is(m->crate_type, "bin"),
		.is_script_run = m->kind == MESSAGE_BUILD_SCRIPT,
		.target = message_triple(m, p->spec.dirs, p->spec.triples, p->spec.count),
	};
}

static bool
is_for(const struct post *p, size_t i, const struct progress_unit *unit)
{
	return progress_needs(p->spec.progress, i, unit);
}

/* ---- echoes ---- */

/* What the shim has told comes once more by cargo, without its target: not a fresh crate's. */

static void
told_key(const struct message *m, char key[24])
{
	snprintf(key, 24, "%016" PRIx64, hash_text(HASH_INIT, m->rendered));
}

static void
expect_echo(struct post *p, const struct message *m)
{
	char key[24];

	told_key(m, key);
	map_set(&p->told, key, (void *)((uintptr_t)map_get(&p->told, key) + 1));
}

static bool
is_echo(struct post *p, const struct message *m)
{
	char key[24];
	uintptr_t left;

	told_key(m, key);
	if (!(left = (uintptr_t)map_get(&p->told, key)))
		return false;
	map_set(&p->told, key, (void *)(left - 1));
	return true;
}

/* ---- what rustc says ---- */

/* Of the workspace or below no registry: cargo shows its folder. */
static bool
is_path_package(const struct shim_unit *unit)
{
	return unit->is_primary ||
		(!path_has_component(unit->manifest_dir, SPAN("registry")) &&
			!path_has_component(unit->manifest_dir, SPAN("git")));
}

/* "greet v0.1.0 (/home/me/greet)": what cargo called it, else what we make of it; caller frees. */
static char *
package_shown(const struct post *p, const struct shim_unit *unit)
{
	char *name = xasprintf("%s v%s", unit->package, unit->version);
	const char *known = map_get(&p->shown, name);
	char *made = NULL;

	if (known)
		made = xstrdup(known);
	else if (is_path_package(unit))
		made = xasprintf("%s (%s)", name, unit->manifest_dir);
	if (!made)
		return name;
	free(name);
	return made;
}

/* How a unit is known in `started`; caller frees. */
static char *
started_key(const struct progress_unit *name)
{
	char *key = xasprintf("%d %d %.*s %.*s %.*s", name->target, name->is_program,
		(int)name->package.len, name->package.data, (int)name->version.len,
		name->version.data, (int)name->crate.len, name->crate.data);

	for (char *c = key; *c; c++)
		*c = *c == '-' ? '_' : *c;
	return key;
}

static bool
is_build_script(const struct shim_unit *unit)
{
	return text_starts(unit->crate, "build_script_");
}

/* "app(build.rs)", as cargo's bar has it, for what rustc only knows as build_script_build. */
static void
tell_unit(struct post *p, size_t i, const struct shim_unit *unit, const struct shim_end *end)
{
	char *script = is_build_script(unit) ? xasprintf("%s(build.rs)", unit->package) : NULL;

	pane_unit(p->spec.panes[i], script ? script : unit->crate, end);
	free(script);
}

void
post_unit_started(struct post *p, const struct shim_unit *unit)
{
	struct progress_unit name = unit_of_shim(p, unit);
	bool is_host_crate = name.target == PROGRESS_HOST && !is_build_script(unit);
	char *shown = package_shown(p, unit);
	char *text = xasprintf("%s%s", shown, is_host_crate ? " (host)" : "");
	char *key = started_key(&name);
	bool is_checked = p->spec.checks && name.target != PROGRESS_HOST;

	p->has_begun = true;
	map_set(&p->started, key, p);
	for (size_t i = 0; i < p->spec.count; i++) {
		if (!is_for(p, i, &name))
			continue;
		pane_status(p->spec.panes[i], is_checked ? "Checking" : "Compiling", text, true);
		tell_unit(p, i, unit, NULL);
	}
	free(key);
	free(text);
	free(shown);
}

static void
say_plain(struct post *p, const struct progress_unit *name, struct span line)
{
	struct str text = STR_INIT;

	vec_push(&p->plain, span_dup(line));
	str_append_span(&text, line);
	str_append_char(&text, '\n');
	for (size_t i = 0; i < p->spec.count; i++) {
		if (is_for(p, i, name))
			pane_say(p->spec.panes[i], "stderr", str_span(&text));
	}
	str_fini(&text);
}

void
post_unit_line(struct post *p, const struct shim_unit *unit, struct span line)
{
	struct progress_unit name = unit_of_shim(p, unit);
	struct message m;

	if (!span_starts(line, "{")) {
		say_plain(p, &name, line);
		return;
	}
	message_parse(line, &m);
	if (m.kind == MESSAGE_DIAGNOSTIC)
		expect_echo(p, &m);
	if (m.kind == MESSAGE_DIAGNOSTIC && !message_is_summary(&m)) {
		for (size_t i = 0; i < p->spec.count; i++) {
			if (is_for(p, i, &name))
				pane_diagnostic(p->spec.panes[i], &m);
		}
	}
	message_fini(&m);
}

void
post_unit_ended(struct post *p, const struct shim_unit *unit, const struct shim_end *end)
{
	struct progress_unit name = unit_of_shim(p, unit);
	bool has_failed = end->is_known && end->exit_code != 0;

	for (size_t i = 0; i < p->spec.count; i++) {
		if (!is_for(p, i, &name))
			continue;
		p->spec.panes[i]->unsaid += has_failed;
		tell_unit(p, i, unit, end);
	}
	if (!has_failed)
		return;
	progress_failed(p->spec.progress, &name);
	add_failure(p, &name);
}

/* ---- what cargo says on stdout ---- */

static bool
is_same_crate(const struct message *a, const struct message *b)
{
	return text_is(a->package_id, b->package_id) && text_is(a->crate, b->crate) &&
		text_is(a->crate_type, b->crate_type);
}

static void
drop_held(struct post *p, size_t at)
{
	message_fini(&p->held.items[at]);
	vec_remove(&p->held, at);
}

static void
deliver_diagnostic(struct post *p, const struct message *m, const struct progress_unit *name)
{
	for (size_t i = 0; !message_is_summary(m) && i < p->spec.count; i++) {
		if (is_for(p, i, name))
			pane_diagnostic(p->spec.panes[i], m);
	}
}

/* Whether the crate's diagnostics from `first` on have this one before `at` already. */
static bool
is_repeated(const struct post *p, size_t first, size_t at)
{
	const struct message *m = &p->held.items[at];

	for (size_t i = first; i < at; i++) {
		if (is_same_crate(&p->held.items[i], m) &&
			text_is(p->held.items[i].rendered, m->rendered))
			return true;
	}
	return false;
}

/* The crate's diagnostics that are held, each once: what is there twice is another target's too. Of a
 * fresh crate they stand together, right before its artefact. */
static void
deliver_crate(struct post *p, const struct message *artifact, const struct progress_unit *name)
{
	size_t first = artifact->fresh ? p->held.len : 0;

	while (first > 0 && is_same_crate(&p->held.items[first - 1], artifact))
		first--;
	for (size_t i = first; i < p->held.len; i++) {
		if (is_same_crate(&p->held.items[i], artifact) && !is_repeated(p, first, i) &&
			!is_echo(p, &p->held.items[i]))
			deliver_diagnostic(p, &p->held.items[i], name);
	}
	for (size_t i = p->held.len; i > first; i--) {
		if (is_same_crate(&p->held.items[i - 1], artifact) && !is_repeated(p, first, i - 1))
			drop_held(p, i - 1);
	}
}

static void
drop_crate(struct post *p, const struct message *artifact)
{
	for (size_t i = p->held.len; i > 0; i--) {
		if (is_same_crate(&p->held.items[i - 1], artifact))
			drop_held(p, i - 1);
	}
}

/* Whether the shim told of this unit, so that its diagnostics are known already. */
static bool
has_started(const struct post *p, const struct progress_unit *name)
{
	char *key = started_key(name);
	bool known = map_has(&p->started, key);

	free(key);
	return known;
}

static void
take_artifact(struct post *p, const struct message *m)
{
	struct progress_unit name = unit_of_message(p, m);

	if (!m->fresh && has_started(p, &name))
		drop_crate(p, m);
	else
		deliver_crate(p, m, &name);
	progress_done(p->spec.progress, &name);
	for (size_t i = 0; i < p->spec.count; i++) {
		if (m->fresh && is_for(p, i, &name) && !p->spec.panes[i]->is_over)
			p->spec.panes[i]->job->fresh++;
	}
	if (name.target >= 0)
		pane_artifact(p->spec.panes[name.target], m);
}

static void
take_script_run(struct post *p, const struct message *m)
{
	struct progress_unit name = unit_of_message(p, m);

	progress_done(p->spec.progress, &name);
	post_review(p);
}

static void
say_to_all(struct post *p, const char *stream, struct span text)
{
	for (size_t i = 0; i < p->spec.count; i++)
		pane_say(p->spec.panes[i], stream, text);
}

/* A proc macro that prints. */
static void
say_stdout(struct post *p, struct span line)
{
	struct str text = STR_INIT;

	str_append_span(&text, line);
	str_append_char(&text, '\n');
	say_to_all(p, "stdout", str_span(&text));
	str_fini(&text);
}

/* Appends the line, in which what stands in a JSON string up to the end of `name`, which may begin with
 * its quote, becomes the target folder. */
static void
append_renamed(struct post *p, struct span line, const char *name, struct str *out)
{
	long at;

	while ((at = span_find(line, span_of(name))) >= 0) {
		size_t behind = (size_t)at + strlen(name), begin = (size_t)at + (*name == '"');

		while (begin > 0 && line.data[begin - 1] != '"')
			begin--;
		str_append_bytes(out, line.data, begin);
		str_appendf(out, "%s/", p->spec.dirs[0]);
		line = (struct span){ line.data + behind, line.len - behind };
	}
	str_append_span(out, line);
}

/* With the box's name of the target folder put back to ours; good until the next line. On another machine
 * only the last part of it is as here. */
static struct span
out_of_box(struct post *p, struct span line)
{
	const struct post_spec *spec = &p->spec;
	char *boxed = spec->box_dir ? xasprintf("\"%s/", spec->box_dir) : NULL;
	char *last = spec->box_dir ? xasprintf("/%s/", path_basename(spec->dirs[0])) : NULL;
	struct str renamed = STR_INIT;

	if (!boxed)
		return line;
	append_renamed(p, line, boxed, &renamed);
	str_clear(&p->line);
	append_renamed(p, str_span(&renamed), last, &p->line);
	str_fini(&renamed);
	free(last);
	free(boxed);
	return str_span(&p->line);
}

void
post_stdout_line(struct post *p, struct span line)
{
	struct message m;

	if (!span_starts(line, "{")) {
		say_stdout(p, line);
		return;
	}
	message_parse(out_of_box(p, line), &m);
	p->has_begun |= m.kind != MESSAGE_OTHER && m.kind != MESSAGE_FINISHED;
	switch (m.kind) {
	case MESSAGE_DIAGNOSTIC:
		if (is_echo(p, &m))
			break;
		vec_push(&p->held, m);
		return; /* not ours to fini any more */
	case MESSAGE_ARTIFACT: take_artifact(p, &m); break;
	case MESSAGE_BUILD_SCRIPT: take_script_run(p, &m); break;
	case MESSAGE_FINISHED: p->has_finished = true; break;
	case MESSAGE_OTHER: break;
	}
	message_fini(&m);
}

/* ---- whose error is it? ---- */

/* What stands between the first two backquotes. */
static struct span
quoted_name(struct span text)
{
	struct span rest;

	span_cut(text, '`', &rest);
	return span_cut(rest, '`', &rest);
}

static struct failure *
find_failure(const struct post *p, struct span package, bool is_program)
{
	struct failure *found = NULL;

	for (size_t i = p->failures.len; i > 0; i--) {
		struct failure *f = &p->failures.items[i - 1];

		if (!span_is(package, f->package))
			continue;
		if (!found || f->unit.is_program == is_program ||
			found->unit.is_program != is_program)
			found = f; /* the oldest, of the right type if there is one */
	}
	return found;
}

/* No shim told of it: cargo's own diagnostics of the package are for everyone. */
static void
deliver_held(struct post *p, struct span package)
{
	for (size_t i = 0; i < p->held.len;) {
		struct message *m = &p->held.items[i];
		struct package_parts parts = { 0 };

		if (!m->package_id || !message_package_parts(m->package_id, &parts) ||
			!span_equal(parts.name, package)) {
			i++;
			continue;
		}
		for (size_t t = 0; !message_is_summary(m) && t < p->spec.count; t++)
			pane_diagnostic(p->spec.panes[t], m);
		drop_held(p, i);
	}
}

static void
blame_all(struct post *p, struct span text)
{
	for (size_t i = 0; i < p->spec.count; i++)
		pane_error(p->spec.panes[i], text, false);
}

/* "could not compile `beta` (bin "beta") due to 1 previous error" */
static void
take_not_compiled(struct post *p, const struct chatter_piece *piece)
{
	struct span package = quoted_name(piece->plain);
	bool is_program = span_find(piece->plain, SPAN(" (bin ")) >= 0 ||
		span_find(piece->plain, SPAN(" (build script)")) >= 0;
	struct failure *f = find_failure(p, package, is_program);

	if (!f) {
		deliver_held(p, package);
		blame_all(p, piece->text);
		return;
	}
	for (size_t i = 0; i < p->spec.count; i++) {
		if (!is_for(p, i, &f->unit))
			continue;
		p->spec.panes[i]->unsaid--;
		pane_error(p->spec.panes[i], piece->text, false);
	}
	drop_failure(p, (size_t)(f - p->failures.items));
}

/* "failed to run custom build command for `beta v0.1.0 (/p/beta)`" and what the script said */
static void
take_script_error(struct post *p, const struct chatter_piece *piece)
{
	struct span rest, id = quoted_name(piece->plain);
	struct span package = span_cut(id, ' ', &rest), version = span_cut(rest, ' ', &rest);

	if (span_starts(version, "v"))
		version = (struct span){ version.data + 1, version.len - 1 };
	scripts_add(&p->scripts, package, version, piece->text);
	scripts_settle(&p->scripts, false);
}

void
post_review(struct post *p)
{
	scripts_settle(&p->scripts, false);
}

/* ---- what cargo says on stderr ---- */

/* To the targets that the text names, else to all. */
static void
deliver(struct post *p, const struct chatter_piece *piece,
	void (*give)(struct pane *p, struct span text))
{
	size_t count =
		named_triples(piece->plain, p->spec.triples, p->spec.count, p->spec.host, p->named);

	for (size_t i = 0; i < p->spec.count; i++) {
		if (!count || p->named[i])
			give(p->spec.panes[i], piece->text);
	}
}

static void
give_error(struct pane *p, struct span text)
{
	pane_error(p, text, true);
}

static void
take_error(struct post *p, const struct chatter_piece *piece)
{
	if (span_find(piece->plain, SPAN("could not compile `")) >= 0)
		take_not_compiled(p, piece);
	else if (span_find(piece->plain, SPAN("failed to run custom build command for `")) >= 0)
		take_script_error(p, piece);
	else if (!span_starts(piece->plain, "error: build failed"))
		deliver(p, piece, give_error);
}

static void
take_warning(struct post *p, const struct chatter_piece *piece)
{
	if (!span_starts(piece->plain, "warning: build failed, waiting"))
		deliver(p, piece, pane_say_once);
}

/* These are ours to say, for each target apart: only the package's name is taken from them. */
static bool
is_of_a_unit(struct span verb)
{
	return span_is(verb, "Compiling") || span_is(verb, "Checking");
}

static void
learn_package(struct post *p, struct span shown)
{
	struct span rest, name = span_cut(shown, ' ', &rest), version = span_cut(rest, ' ', &rest);
	char *key =
		xasprintf("%.*s %.*s", (int)name.len, name.data, (int)version.len, version.data);

	free(map_set(&p->shown, key, span_dup(shown)));
	free(key);
}

static void
take_status(struct post *p, const struct chatter_piece *piece)
{
	if (is_of_a_unit(piece->verb) && !p->spec.is_without_shim)
		learn_package(p, piece->rest);
	else if (!span_is(piece->verb, "Finished")) /* said to each job at its own end */
		deliver(p, piece, pane_say_once);
}

static void
look_for_file(struct post *p, struct span line)
{
	struct span path;
	const char *kind;
	char *text;

	if (!p->spec.find_artifact || !p->spec.find_artifact(line, &path, &kind))
		return;
	text = span_dup(path);
	for (size_t i = 0; i < p->spec.count; i++)
		pane_file(p->spec.panes[i], text, kind);
	free(text);
}

void
post_step_line(struct post *p, struct span line)
{
	struct str text = STR_INIT;

	look_for_file(p, line);
	str_append_span(&text, line);
	str_append_char(&text, '\n');
	say_to_all(p, "stderr", str_span(&text));
	str_fini(&text);
}

/* What rustc printed beside its diagnostics has come through the shim already. */
static void
take_line(struct post *p, const struct chatter_piece *piece)
{
	struct span line = { piece->text.data, piece->text.len - 1 };

	look_for_file(p, piece->plain);
	for (size_t i = 0; i < p->plain.len; i++) {
		if (!span_is(line, p->plain.items[i]))
			continue;
		free(p->plain.items[i]);
		vec_remove(&p->plain, i);
		return;
	}
	say_to_all(p, "stderr", piece->text);
}

void
post_chatter(struct post *p, const struct chatter_piece *piece)
{
	switch (piece->kind) {
	case CHATTER_BAR: progress_bar(p->spec.progress, piece->done, piece->total); break;
	case CHATTER_STATUS: take_status(p, piece); break;
	case CHATTER_ERROR: take_error(p, piece); break;
	case CHATTER_WARNING: take_warning(p, piece); break;
	case CHATTER_LINE: take_line(p, piece); break;
	}
}

void
post_settle(struct post *p)
{
	scripts_settle(&p->scripts, true);
	for (size_t i = 0; !p->started.len && i < p->held.len; i++) {
		for (size_t t = 0; t < p->spec.count; t++)
			pane_diagnostic(p->spec.panes[t], &p->held.items[i]);
	}
}
