/* cross_toml: Cross.toml, with the image of each target that cross builds; what else it says stays. */
#include "export/format.h"
#include "export/head.h"
#include "export/toml_keys.h"

bool
export_cross_toml(struct recipe *r, struct span before, struct str *out, struct err *err)
{
	struct toml_keys keys = { .r = r };
	struct str comment = STR_INIT;
	bool ok;

	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];

		if (text_is(t->backend, "cross") && t->image)
			toml_keys_text(&keys, "target", t->triple, "image", t->image);
	}
	if (!keys.items.len) {
		vec_fini(&keys.items);
		err_set(err, ERR_USAGE, "export cross-toml: no target is built by cross");
		return err_try(err, "in xtui.toml: [target.%s] backend = \"cross\"",
			r->targets.items[0].triple);
	}
	head_lines(r, "cross-toml", &comment);
	head_targets(r, &comment);
	ok = toml_keys_write(&keys, "Cross.toml", str_cstr(&comment), before, out, err);
	str_fini(&comment);
	return ok;
}
