/* object: see object.h. */
#include "artifact/object.h"
#include "base/count.h"
#include "artifact/ar.h"
#include "artifact/elf.h"
#include "artifact/elf_users.h"
#include "artifact/elf_versions.h"
#include "artifact/macho.h"
#include "artifact/pe.h"
#include "artifact/wasm.h"
#include "artifact/wheel.h"
#include "io/digest.h"
#include "text/version.h"

static const struct format formats[] = {
	{ FORMAT_ELF, elf_is, elf_read }, { FORMAT_PE, pe_is, pe_read },
	{ FORMAT_MACHO, macho_is, macho_read }, { FORMAT_MACHO, macho_is_fat, macho_read_fat },
	{ FORMAT_WASM, wasm_is, wasm_read }, { FORMAT_AR, ar_is, ar_read },
	{ FORMAT_PE, coff_is, coff_read }, /* last: it has no magic number */
};

const struct format *
object_format(const struct reader *r)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (formats[i].is(r))
			return &formats[i];
	return NULL;
}

bool
object_read(struct reader *r, struct card *card, struct err *err)
{
	const struct format *format = object_format(r);

	card->format = format ? format->id : FORMAT_UNKNOWN;
	return !format || format->read(r, card, err) || err_prefix(err, "%s", card->path);
}

struct card *
object_inspect(const char *path, struct err *err)
{
	struct reader r;
	struct card *card;
	bool ok;

	if (!reader_open(&r, path, err))
		return NULL;
	card = card_new(path);
	card->bytes = r.len;
	ok = (wheel_is(&r, path) ? wheel_read(card, err) : object_read(&r, card, err)) &&
		reader_check(&r, path, err);
	reader_close(&r);
	if (ok)
		return card;
	card_free(card);
	return NULL;
}

bool
object_digest(struct card *card, struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];

	if (!digest_file(card->path, hex, err))
		return false;
	card->sha256 = arena_strdup(&card->arena, hex);
	return true;
}

static bool
is_blamed(const struct card *card, const struct card_version *v, const char *above)
{
	const char *glibc = v->weak ? NULL : version_of_glibc(v->name);

	if (!glibc || !v->symbol)
		return false;
	return version_compare(glibc, above ? above : card->min_glibc) >= !!above;
}

void
object_blame(struct card *card, const char *above)
{
	struct reader r;

	if (card->format != FORMAT_ELF || !card->min_glibc || !reader_open(&r, card->path, NULL))
		return;
	for (size_t i = 0; i < card->versions.len; i++) {
		struct card_version *v = &card->versions.items[i];

		if (!is_blamed(card, v, above))
			continue;
		v->from = elf_users(&r, v->symbol, &card->arena);
		if (text_is(version_of_glibc(v->name), card->min_glibc))
			card->min_glibc_from = v->from;
	}
	reader_close(&r);
}
