#include "ready/wish.h"

#include "base/count.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/str.h"
#include "rust/choice.h"

static const char *
place(const struct choice *c, const char *triple, const char *key, struct arena *arena)
{
	int line = choice_option_line(c, triple, key);

	return line ? arena_printf(arena, "%s:%d", path_basename(choice_path(c)), line) : NULL;
}

static struct wish
wish_of(const struct choice *c, const char *triple, struct arena *arena)
{
	return (struct wish){
		.triple = arena_strdup(arena, triple),
		.backend = arena_strdup(arena, choice_backend(c, triple)),
		.glibc = arena_strdup(arena, choice_option(c, triple, "glibc")),
		.sdk = arena_strdup(arena, choice_option(c, triple, "sdk")),
		.tuning = tuning_chosen(c, triple, arena),
		.linker_place = place(c, triple, "linker", arena),
		.cpu_place = place(c, triple, "target-cpu", arena),
		.glibc_place = place(c, triple, "glibc", arena),
	};
}

static uint64_t
hash_wish(uint64_t hash, const struct wish *w)
{
	const char *const texts[] = { w->triple, w->backend, w->glibc, w->sdk, w->tuning.linker,
		w->tuning.target_cpu, w->tuning.crt_static };

	for (size_t i = 0; i < COUNT(texts); i++)
		hash = hash_text(hash, texts[i]);
	for (const char *const *flag = w->tuning.rustflags; *flag; flag++)
		hash = hash_text(hash, *flag);
	return hash_text(hash, w->linker_place);
}

uint64_t
wishes_hash(const struct choice *c)
{
	struct arena arena = ARENA_INIT;
	uint64_t hash = HASH_INIT;
	const char *triple;

	for (size_t i = 0; c && (triple = choice_tuned(c, i)); i++) {
		struct wish w = wish_of(c, triple, &arena);

		hash = hash_wish(hash, &w);
	}
	arena_fini(&arena);
	return hash;
}

const struct wish *
wishes_read(const char *root, struct arena *arena, uint64_t *hash)
{
	struct choice *c = choice_load(root, NULL);
	size_t count = 0;
	struct wish *wishes;

	while (c && choice_tuned(c, count))
		count++;
	wishes = arena_array(arena, struct wish, count + 1);
	for (size_t i = 0; i < count; i++)
		wishes[i] = wish_of(c, choice_tuned(c, i), arena);
	*hash = wishes_hash(c);
	choice_free(c);
	return wishes;
}

const struct wish *
wishes_find(const struct wish *wishes, const char *triple)
{
	static const char *const no_flags[] = { NULL };
	static const struct wish none = { .tuning = { .rustflags = no_flags } };

	for (; wishes && wishes->triple; wishes++)
		if (text_is(wishes->triple, triple))
			return wishes;
	return &none;
}
