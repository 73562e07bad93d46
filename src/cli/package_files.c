#include "cli/package_files.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "build/program.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"

#define DEPTH_MAX 8 /* of folders that xtui.toml names */

static void
add(struct package_files *files, char *source, char *name, const char *kind)
{
	vec_push(&files->list, ((struct packed_file){ source, name, kind }));
}

static bool
has_name(const struct package_files *files, const char *name)
{
	for (size_t i = 0; i < files->list.len; i++)
		if (text_is(files->list.items[i].name, name))
			return true;
	return false;
}

/* ---- what was built ---- */

static bool
is_chosen(const struct choice *c, enum choice_list list, const char *name, bool otherwise)
{
	return choice_list_count(c, list) ? choice_list_has(c, list, name) : otherwise;
}

/* Programs must be there; libraries may be of a kind that the target does not have. */
static void
add_built(struct package_files *files, const struct package_query *q, const struct target *target,
	const struct crate_target *crate)
{
	const struct program_query query = { .target = q->target, .profile = q->profile };
	char *name = program_file_name(target, crate->kind, crate->name), *source;
	bool is_bin = text_is(crate->kind, "bin");

	if (!name || has_name(files, name) ||
		(is_bin && !is_chosen(q->choice, CHOICE_BINS, crate->name, true))) {
		free(name);
		return;
	}
	source = program_find_file(q->survey, q->history, &query, name);
	if (source)
		add(files, source, name, crate->kind);
	else if (is_bin)
		vec_push(&files->missing, name);
	else
		free(name);
}

static bool
find_built(struct package_files *files, const struct package_query *q, struct err *err)
{
	const struct target *target = targets_find(q->survey->targets, q->target);
	const struct workspace *ws = q->survey->workspace;

	for (size_t p = 0; p < ws->package_count; p++) {
		const struct package *package = &ws->packages[p];

		if (!is_chosen(q->choice, CHOICE_PACKAGES, package->name, package->is_default))
			continue;
		for (size_t i = 0; i < package->target_count; i++)
			add_built(files, q, target, &package->targets[i]);
	}
	if (files->list.len)
		return true;
	err_set(err, ERR_FAILED, "package: nothing has been built for %s with profile %s",
		q->target, q->profile);
	return err_try(err, "xtui build -t %s%s%s", q->target,
		text_is(q->profile, "release") ? "" : " --profile ",
		text_is(q->profile, "release") ? "" : q->profile);
}

/* ---- what belongs beside it ---- */

/* "README.md", "LICENSE-MIT", "COPYING". */
static bool
is_beside(const char *name)
{
	static const char *const patterns[] = { "README", "README.*", "LICENSE", "LICENSE.*",
		"LICENSE-*", "LICENCE", "LICENCE.*", "LICENCE-*", "UNLICENSE", "COPYING",
		"COPYING.*", "COPYRIGHT", "NOTICE", "NOTICE.*", "CHANGELOG", "CHANGELOG.*", NULL };

	return text_fits_any(name, patterns);
}

/* "greet.1", "greet.1.gz" */
static bool
is_man_page(const char *name)
{
	const char *dot = text_ends(name, ".gz") ? NULL : strrchr(name, '.');
	size_t len = strlen(name);

	if (text_ends(name, ".gz"))
		return len > 5 && name[len - 5] == '.' && isdigit((unsigned char)name[len - 4]);
	return dot && dot > name && isdigit((unsigned char)dot[1]) && !dot[2];
}

static bool
is_any(const char *name)
{
	return name[0] != '.';
}

/* Files of a folder that are wanted, as members below `below` ("man/"). */
static void
add_folder(struct package_files *files, const char *dir, const char *below,
	bool (*is_wanted)(const char *name), int depth)
{
	char **names = NULL;
	size_t count = 0;

	if (!file_list(dir, &names, &count, NULL))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		char *source = path_join(dir, names[i]), *name = xasprintf("%s%s", below, names[i]);

		if (file_is_dir(source)) {
			char *deeper = xasprintf("%s/", name);

			if (depth > 0 && names[i][0] != '.')
				add_folder(files, source, deeper, is_wanted, depth - 1);
			free(deeper);
		} else if (is_wanted(names[i]) && !has_name(files, name)) {
			add(files, source, name, NULL);
			source = name = NULL;
		}
		free(name);
		free(source);
	}
	file_list_free(names, count);
}

static void
add_conventional(struct package_files *files, const char *root)
{
	static const struct {
		const char *folder, *below;
		bool (*is_wanted)(const char *name);
	} places[] = {
		{ "", "", is_beside },
		{ "man", "man/", is_man_page },
		{ "man/man1", "man/", is_man_page },
		{ "doc", "man/", is_man_page },
		{ "docs", "man/", is_man_page },
		{ "completions", "completions/", is_any },
		{ "complete", "completions/", is_any },
	};

	for (size_t i = 0; i < COUNT(places); i++) {
		char *dir = path_join(root, places[i].folder);

		add_folder(files, dir, places[i].below, places[i].is_wanted, 0);
		free(dir);
	}
}

static bool
add_named(struct package_files *files, const struct package_query *q, enum choice_pack kind,
	const char *below, struct err *err)
{
	bool ok = true;
	const char *text;

	for (size_t i = 0; ok && (text = choice_package_file(q->choice, kind, i)); i++) {
		char *named = path_normal(text); /* without a last slash */
		char *source = path_join(q->survey->workspace->root, named);
		char *name = xasprintf("%s%s", below, path_basename(named));

		if (file_is_dir(source)) {
			char *folder = xasprintf("%s/", name);

			add_folder(files, source, kind == CHOICE_PACK_FILES ? folder : below,
				is_any, DEPTH_MAX);
			free(folder);
		} else if (!file_exists(source)) {
			ok = err_set(err, ERR_USAGE, "%s: package: there is no %s",
				choice_path(q->choice), text);
		} else if (!has_name(files, name)) {
			add(files, source, name, NULL);
			source = name = NULL;
		}
		free(name);
		free(source);
		free(named);
	}
	return ok;
}

/* Of a member's own folder, where the package is one of several. */
static void
add_members_own(struct package_files *files, const struct package_query *q)
{
	const struct workspace *ws = q->survey->workspace;

	for (size_t i = 0; i < ws->package_count; i++) {
		char *dir = path_dirname(ws->packages[i].manifest);

		if (is_chosen(q->choice, CHOICE_PACKAGES, ws->packages[i].name,
			    ws->packages[i].is_default) &&
			!text_is(dir, ws->root))
			add_conventional(files, dir);
		free(dir);
	}
}

bool
package_files_find(struct package_files *files, const struct package_query *q, struct err *err)
{
	*files = (struct package_files){ 0 };
	if (!find_built(files, q, err) || !add_named(files, q, CHOICE_PACK_FILES, "", err) ||
		!add_named(files, q, CHOICE_PACK_MAN, "man/", err) ||
		!add_named(files, q, CHOICE_PACK_COMPLETIONS, "completions/", err))
		return false;
	add_conventional(files, q->survey->workspace->root);
	add_members_own(files, q);
	return true;
}

void
package_files_fini(struct package_files *files)
{
	for (size_t i = 0; i < files->list.len; i++) {
		free(files->list.items[i].source);
		free(files->list.items[i].name);
	}
	for (size_t i = 0; i < files->missing.len; i++)
		free(files->missing.items[i]);
	vec_fini(&files->list);
	vec_fini(&files->missing);
}
