/* make_fetch: sysroots, kits of other makers, and containers' images. */
#include "plan/make_parts.h"

#include "base/path.h"
#include "plan/kits.h"
#include "plan/sysroot.h"
#include "ready/backend.h"
#include "ready/crossimage.h"

/* ---- sysroots ---- */

struct step *
fetch_sysroot(struct draft *d, struct goal_line *line)
{
	const char *triple = line->t->triple, *version = sysroot_default_version(triple);
	char *store = sysroot_store();
	const char **usual = d->q->mirrors ? NULL : sysroot_mirrors(NULL);
	char *url = sysroot_url(&(struct sysroot_request){
		.triple = triple, .mirrors = usual ? usual : d->q->mirrors });
	struct step *step = NULL;

	if (!store || !url)
		goto done;
	step = draft_add(d, PHASE_DOWNLOADS, STEP_DOWNLOAD, "sysroot", triple);
	step->url = arena_strdup(d->arena, url);
	step->sha256_url =
		arena_printf(d->arena, "%.*s/MANIFEST", (int)(strrchr(url, '/') - url), url);
	step->path = arena_printf(d->arena, "%s/%s/%s", store, triple, version);
	step->members = draft_words(d, "./lib", "./usr/lib", "./usr/include", NULL);
	step->title = arena_printf(d->arena, "download %s", url);
	step->why = arena_printf(d->arena,
		"headers and libraries of FreeBSD %s, the oldest release with support", version);
	step->target = triple;
	draft_wait(d, line->probe, step->id);
done:
	free(usual);
	free(url);
	free(store);
	return step;
}

/* ---- kits ---- */

static const struct step_license *
license_of(struct draft *d, const struct kit *kit)
{
	struct step_license *license = arena_new(d->arena, struct step_license);

	*license = kit->license;
	return license;
}

static struct step *
run_kit(struct draft *d, struct goal_line *line, const struct kit *kit)
{
	struct step *step = draft_add(d, PHASE_DOWNLOADS, STEP_RUN, "kit", kit->name);

	if (!step)
		return NULL;
	draft_command(d, step, kit->run);
	for (const char *const *id = line->probe->after; *id; id++)
		draft_wait(d, step, *id);
	return step;
}

static struct step *
download_kit(struct draft *d, const struct kit *kit)
{
	struct step *step = draft_add(d, PHASE_DOWNLOADS, STEP_DOWNLOAD, "download", kit->name);

	step->url = kit->url;
	step->sha256 = kit->sha256;
	step->bytes = kit->bytes;
	step->path = draft_download_path(d, path_basename(kit->url));
	step->title = arena_printf(d->arena, "download %s", kit->url);
	step->why = kit->title;
	step->license = license_of(d, kit);
	return step;
}

static struct step *
extract_kit(struct draft *d, const struct kit *kit)
{
	struct step *fetch, *step = draft_add(d, PHASE_DOWNLOADS, STEP_EXTRACT, "kit", kit->name);

	if (!step)
		return NULL;
	fetch = download_kit(d, kit);
	step->from = fetch->path;
	step->path = kit_destination(kit, d->arena);
	step->members = draft_words(d, NULL);
	step->strip = kit->strip;
	step->disk_bytes = kit->disk_bytes;
	step->title = arena_printf(
		d->arena, "extract %s into %s", path_basename(fetch->path), step->path);
	draft_wait(d, step, fetch->id);
	return step;
}

/* What the shell has to know from then on. */
static void
tell_of_kit(struct draft *d, struct goal_line *line, const struct kit *kit, struct step *step)
{
	const char *place = kit->tell ? strstr(kit->tell, "{path}") : NULL;
	const char *note;

	if (!place)
		return;
	note = draft_note(d, PHASE_DOWNLOADS, draft_id(d, "tell", kit->name),
		arena_printf(d->arena, "%.*s%s%s", (int)(place - kit->tell), kit->tell, step->path,
			place + strlen("{path}")),
		"in your shell's profile, for builds without xtui");
	draft_find(d, note)->optional = true;
	draft_wait(d, draft_find(d, note), step->id);
	draft_wait(d, line->probe, note);
}

/* NULL too without a home, which it could go to. */
static const struct kit *
kit_of(struct draft *d, const struct goal_line *line)
{
	struct kits kits;
	const struct kit *kit;

	if (!kits_load(d->arena, &kits, NULL))
		return NULL;
	kit = kits_find(&kits, line->way.backend, line->t->triple, d->s->host);
	if (!kit || !kit->url)
		return kit;
	return kit_destination(kit, d->arena) && draft_download_path(d, "") ? kit : NULL;
}

bool
fetch_has_kit(struct draft *d, const struct goal_line *line)
{
	return kit_of(d, line) != NULL;
}

bool
fetch_kit(struct draft *d, struct goal_line *line)
{
	const struct kit *kit = kit_of(d, line);
	struct step *step;

	if (!kit)
		return false;
	step = kit->url ? extract_kit(d, kit) : run_kit(d, line, kit);
	if (step) {
		step->why = kit->title;
		if (step->kind == STEP_RUN)
			step->license = license_of(d, kit);
		tell_of_kit(d, line, kit, step);
	}
	draft_wait(d, line->probe, draft_id(d, "kit", kit->name));
	return true;
}

/* ---- images ---- */

/* What cross would run the build in: the image that the project names, else cross's own; NULL when
 * cross makes one. */
static const char *
image_of(struct draft *d, struct goal_line *line)
{
	const struct backend_tools *tools = backends_tools(d->s->backends, line->way.backend);
	const char *place = tools->image ? strstr(tools->image, "{triple}") : NULL;
	struct cross_image image = { 0 };

	if (d->s->workspace &&
		!cross_image_find(&image, d->s->workspace, line->t->triple, d->arena, NULL))
		return NULL;
	if (image.is_made || image.name || !place)
		return image.is_made ? NULL : image.name;
	return arena_printf(d->arena, "%.*s%s%s", (int)(place - tools->image), tools->image,
		line->t->triple, place + strlen("{triple}"));
}

void
fetch_image(struct draft *d, struct goal_line *line, const char *engine, const char *waits)
{
	const char *image = image_of(d, line);
	struct step *step;

	if (!image)
		return;
	step = draft_add(d, PHASE_DOWNLOADS, STEP_RUN, "image", image);
	if (step) {
		draft_command(d, step, draft_words(d, engine, "pull", image, NULL));
		step->why = arena_printf(d->arena,
			"the container that %s is built in; a few hundred megabytes",
			line->t->triple);
		step->target = line->t->triple;
		step->is_pull = true;
		step->optional = true; /* cross pulls it itself when it is not there */
		draft_prove(d, step,
			&(struct step_proof){ .kind = PROOF_COMMAND,
				.argv = draft_words(d, engine, "image", "inspect", image, NULL) });
		draft_wait(d, step, waits);
	}
	draft_wait(d, line->probe, draft_id(d, "image", image));
}
