/* nativecrates: the lock file becomes packages with the names they depend on; each builder hands what it
 * wants to those that name it, and the table puts right what that does not tell. */
#include "rust/nativecrates.h"

#include "base/map.h"
#include "base/vec.h"
#include "text/toml_keep.h"

struct package {
	const char *name;
	VEC(const char *) dependencies;
};

struct lock {
	VEC(struct package) packages;
};

struct table {
	struct toml *doc;
	const struct toml_value *builders, *crates;
};

/* -- the table ------------------------------------------------------------------------------- */

static const char *const want_names[WANTS_COUNT] = { "cc", "c++", "cmake", "pkg-config", "libclang",
	"make", "perl", "nasm" };

static bool
read_wants(const struct toml *doc, const struct toml_value *list, unsigned *wants, struct err *err)
{
	*wants = 0;
	for (size_t i = 0; i < toml_count(list); i++) {
		const char *name = toml_string(toml_at(list, i), "");
		unsigned bit = 0;

		while (bit < WANTS_COUNT && !text_is(name, want_names[bit]))
			bit++;
		if (bit == WANTS_COUNT)
			return toml_err(doc, toml_at(list, i), err,
				"`wants` knows cc c++ cmake pkg-config libclang make perl nasm");
		*wants |= 1u << bit;
	}
	return true;
}

static bool
check_entries(const struct toml *doc, const struct toml_value *entries, struct err *err)
{
	unsigned wants;

	for (size_t i = 0; i < toml_count(entries); i++) {
		const struct toml_value *e = toml_at(entries, i);

		if (!toml_count(toml_get(e, "names")))
			return toml_err(doc, e, err, "an entry needs `names`");
		if (!read_wants(doc, toml_get(e, "wants"), &wants, err))
			return false;
		if (!toml_get(e, "library") != !toml_get(e, "pc"))
			return toml_err(doc, e, err, "`library` and `pc` go together");
	}
	return true;
}

bool
nativecrates_check(struct span bytes, const char *name, struct err *err)
{
	struct toml *doc = toml_parse(bytes.data, bytes.len, name, err);
	bool ok = doc && check_entries(doc, toml_get(toml_root(doc), "builder"), err) &&
		check_entries(doc, toml_get(toml_root(doc), "crate"), err);

	toml_free(doc);
	return ok;
}

static const struct toml_value *
find_entry(const struct toml_value *entries, const char *name)
{
	for (size_t i = 0; i < toml_count(entries); i++) {
		const struct toml_value *names = toml_get(toml_at(entries, i), "names");

		for (size_t k = 0; k < toml_count(names); k++)
			if (text_is(toml_string(toml_at(names, k), NULL), name))
				return toml_at(entries, i);
	}
	return NULL;
}

static unsigned
wants_of(const struct table *t, const struct toml_value *entry)
{
	unsigned wants = 0;

	read_wants(t->doc, toml_get(entry, "wants"), &wants, NULL);
	return wants;
}

/* -- the lock file --------------------------------------------------------------------------- */

/* `"name 1.2.3 (registry)",` or `"name",`: the name; empty for any other line. */
static struct span
dependency_name(struct span line)
{
	struct span name, rest;

	if (!span_starts(line, "\""))
		return SPAN("");
	line.data++;
	line.len--;
	name = span_cut(line, '"', &rest);
	return span_cut(name, ' ', &rest);
}

/* cargo writes it line by line, always in the same way; what it did not write is read as far as it
 * looks like that. */
static void
read_lock(struct lock *lock, struct span text, struct arena *arena)
{
	bool in_list = false;

	while (text.len) {
		struct span line = span_trim(span_cut(text, '\n', &text));

		if (span_is(line, "[[package]]")) {
			vec_add(&lock->packages)->name = "";
			in_list = false;
		} else if (!lock->packages.len) {
			continue;
		} else if (in_list) {
			struct span name = dependency_name(line);
			struct package *p = &lock->packages.items[lock->packages.len - 1];
			if (name.len)
				vec_push(&p->dependencies, arena_span(arena, name));
			in_list = !span_starts(line, "]");
		} else if (span_starts(line, "name = \"") && line.len > 9) {
			line.data += 8;
			line.len -= 9;
			lock->packages.items[lock->packages.len - 1].name = arena_span(arena, line);
		} else {
			in_list = span_starts(line, "dependencies = [");
		}
	}
}

static void
lock_fini(struct lock *lock)
{
	for (size_t i = 0; i < lock->packages.len; i++)
		vec_fini(&lock->packages.items[i].dependencies);
	vec_fini(&lock->packages);
}

static bool
has_package(const struct lock *lock, const char *name)
{
	for (size_t i = 0; name && i < lock->packages.len; i++)
		if (text_is(lock->packages.items[i].name, name))
			return true;
	return false;
}

static bool
has_dependent(const struct lock *lock, const char *name)
{
	for (size_t i = 0; i < lock->packages.len; i++)
		for (size_t k = 0; k < lock->packages.items[i].dependencies.len; k++)
			if (text_is(lock->packages.items[i].dependencies.items[k], name))
				return true;
	return false;
}

/* -- the judgement --------------------------------------------------------------------------- */

/* What a package wants by the builders it depends on; a builder that nobody is seen to depend on is
 * wanted itself. */
static unsigned
wants_by_builders(const struct table *t, const struct lock *lock, const struct package *p)
{
	const struct toml_value *own = find_entry(t->builders, p->name);
	unsigned wants = own && !has_dependent(lock, p->name) ? wants_of(t, own) : 0;

	for (size_t i = 0; !own && i < p->dependencies.len; i++)
		wants |= wants_of(t, find_entry(t->builders, p->dependencies.items[i]));
	return wants;
}

static struct native_crate
judge(const struct table *t, const struct lock *lock, const struct package *p, struct arena *arena)
{
	const struct toml_value *entry = find_entry(t->crates, p->name);
	const char *bundled = toml_string(toml_get(entry, "bundled"), NULL);
	struct native_crate c = { .name = p->name, .wants = wants_by_builders(t, lock, p) };

	c.targets = toml_keep_texts(arena, toml_get(entry, "targets"));
	if (!entry)
		return c;
	c.has_fallback = toml_bool(toml_get(entry, "fallback"), false);
	if (has_package(lock, bundled)) {
		c.wants = wants_of(t, find_entry(t->builders, bundled));
		return c;
	}
	if (toml_get(entry, "wants"))
		c.wants = wants_of(t, entry);
	c.library = arena_strdup(arena, toml_string(toml_get(entry, "library"), NULL));
	c.pc = arena_strdup(arena, toml_string(toml_get(entry, "pc"), NULL));
	return c;
}

static void
open_table(struct table *t)
{
	t->doc = toml_read_data("data/crates.toml", NULL); /* a test holds that it is sound */
	t->builders = toml_get(toml_root(t->doc), "builder");
	t->crates = toml_get(toml_root(t->doc), "crate");
}

struct native_crate *
nativecrates_find(struct span text, struct arena *arena, size_t *count)
{
	struct table t;
	struct lock lock = { 0 };
	struct native_crate *found;

	open_table(&t);
	read_lock(&lock, text, arena);
	found = arena_array(arena, struct native_crate, lock.packages.len + 1);
	*count = 0;
	for (size_t i = 0; i < lock.packages.len; i++) {
		struct native_crate c = judge(&t, &lock, &lock.packages.items[i], arena);

		if (c.wants || c.library)
			found[(*count)++] = c;
	}
	lock_fini(&lock);
	toml_free(t.doc);
	return found;
}

bool
native_crate_is_for(const struct native_crate *c, const char *triple)
{
	for (const char *const *glob = c->targets; *glob; glob++)
		if (text_fits(triple, *glob))
			return true;
	return !*c->targets;
}
