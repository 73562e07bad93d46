#include "build/variants.h"

#include <stdlib.h>
#include <string.h>
#include "rust/profile.h"

struct run_variant
variant_of_profile(const struct profile *p, struct arena *arena)
{
	struct str flags = STR_INIT;
	size_t count = profile_config_flags(p, &flags);
	const char **config = arena_array(arena, const char *, count + 1);
	const char *flag = str_cstr(&flags);
	char *name = profile_variant_name(p);
	struct run_variant v = { arena_strdup(arena, name), config, count };

	for (size_t i = 0; i < count; i++, flag += strlen(flag) + 1)
		config[i] = arena_strdup(arena, flag);
	str_fini(&flags);
	free(name);
	return v;
}

static bool
apply(struct profile *p, const char *preset, const char *const *sets, struct err *err)
{
	bool ok = profile_apply_preset(p, preset, err);

	for (; ok && *sets; sets++)
		ok = profile_set_pair(p, *sets, err);
	return ok;
}

bool
variants_make(struct run_spec *spec, struct profile *p, const char *const *presets,
	const char *const *sets, struct arena *arena, struct err *err)
{
	struct run_variant *variants;
	size_t count = 0;
	bool ok = true;

	while (presets[count])
		count++;
	variants = arena_array(arena, struct run_variant, count + 1);
	for (size_t i = 0; ok && i < count; i++) {
		if ((ok = apply(p, presets[i], sets, err)))
			variants[i] = variant_of_profile(p, arena);
	}
	profile_reset(p);
	spec->variants = variants;
	spec->variant_count = ok ? count : 0;
	return ok;
}
