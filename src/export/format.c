#include "export/format.h"

#include "text/fuzzy.h"

#define FORMAT_MAX 16

/* clang-format off */
const struct export_format export_formats[] = {
	{ .name = "github", .path = ".github/workflows/xtui.yml", .is_of_repository = true,
	  .what = "a workflow for GitHub Actions", .reach = REACH_HOSTED,
	  .sysroots = "${{ github.workspace }}/.sysroot", .write = export_github },
	{ .name = "gitlab", .path = ".gitlab-ci.yml", .is_of_repository = true,
	  .what = "a pipeline for GitLab CI", .reach = REACH_LINUX,
	  .sysroots = "$CI_PROJECT_DIR/.sysroot", .write = export_gitlab },
	{ .name = "dockerfile", .path = "Dockerfile",
	  .what = "a Dockerfile of several stages", .reach = REACH_LINUX,
	  .sysroots = "/opt/sysroots", .write = export_dockerfile },
	{ .name = "script", .path = "build-targets.sh", .is_program = true,
	  .what = "set-up and build, for any POSIX shell", .reach = REACH_HERE,
	  .sysroots = "$sysroots", .write = export_script },
	{ .name = "cross-toml", .path = "Cross.toml", .what = "the images that cross takes",
	  .reach = REACH_HERE, .write = export_cross_toml },
	{ .name = "cargo-config", .path = ".cargo/config.toml",
	  .what = "linkers, runners and the profile, for plain cargo", .reach = REACH_HERE,
	  .write = export_cargo_config },
	{ 0 },
};
/* clang-format on */

static bool
err_no_format(const char *name, struct err *err)
{
	const char *names[FORMAT_MAX], *nearest;
	struct str all = STR_INIT;
	size_t count = 0;

	for (const struct export_format *f = export_formats; f->name; f++) {
		str_appendf(&all, "%s%s", count ? ", " : "", f->name);
		names[count++] = f->name;
	}
	nearest = fuzzy_nearest(name, names, count);
	err_set(err, ERR_USAGE, "export: there is no format \"%s\"; there are %s", name,
		str_cstr(&all));
	err_try(err, "xtui export %s", nearest ? nearest : export_formats[0].name);
	str_fini(&all);
	return false;
}

const struct export_format *
export_format_find(const char *name, struct err *err)
{
	for (const struct export_format *f = export_formats; f->name; f++)
		if (text_is(f->name, name))
			return f;
	err_no_format(name, err);
	return NULL;
}
