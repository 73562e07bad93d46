#include "ready/pull.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/quantity.h"
#include "base/vec.h"

#define ID_LEN 12 /* digits of a layer's digest that tell it from the others */

struct layer {
	char id[ID_LEN + 1];
	uint64_t done, all; /* bytes; all 0: not known */
	bool is_done;
};

struct pull {
	VEC(struct layer) layers;
	struct str last; /* line that was told */
};

struct pull *
pull_new(void)
{
	return xcalloc(1, sizeof(struct pull));
}

void
pull_free(struct pull *p)
{
	if (!p)
		return;
	vec_fini(&p->layers);
	str_fini(&p->last);
	free(p);
}

/* ---- layers ---- */

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static size_t
hex_len(struct span text)
{
	size_t len = 0;

	while (len < text.len && is_hex(text.data[len]))
		len++;
	return len;
}

/* The layer that a line is of, behind "Copying blob " or before ": "; NULL: it is of none. *rest is what
 * it says. */
static struct layer *
layer_of(struct pull *p, struct span line, struct span *rest)
{
	static const struct span podman = SPAN("Copying blob "), digest = SPAN("sha256:");
	bool is_podman = span_starts(line, podman.data);
	struct layer *layer;
	size_t len;

	if (is_podman)
		line = (struct span){ line.data + podman.len, line.len - podman.len };
	if (is_podman && span_starts(line, digest.data))
		line = (struct span){ line.data + digest.len, line.len - digest.len };
	len = hex_len(line);
	if (len < ID_LEN || (!is_podman && !(len < line.len && line.data[len] == ':')))
		return NULL;
	*rest = span_trim(
		(struct span){ line.data + len + !is_podman, line.len - len - !is_podman });
	for (size_t i = 0; i < p->layers.len; i++) {
		if (memcmp(p->layers.items[i].id, line.data, ID_LEN) == 0)
			return &p->layers.items[i];
	}
	layer = vec_add(&p->layers);
	memcpy(layer->id, line.data, ID_LEN);
	return layer;
}

/* ---- what is said of one ---- */

/* "… 1.2MiB / 3.4MiB", "…  1.2MB/3.4MB". */
static bool
read_bytes(struct layer *layer, struct span said)
{
	long at = span_find(said, SPAN("/"));
	const char *slash, *begin;
	int64_t done, all;

	if (at < 0)
		return false;
	slash = begin = said.data + at;
	while (begin > said.data && begin[-1] == ' ')
		begin--;
	while (begin > said.data && begin[-1] != ' ' && begin[-1] != ']')
		begin--;
	done = quantity_read((struct span){ begin, (size_t)(slash - begin) });
	all = quantity_read(
		span_trim((struct span){ slash + 1, (size_t)(said.data + said.len - slash - 1) }));
	if (done < 0 || all <= 0)
		return false;
	layer->done = (uint64_t)done;
	layer->all = (uint64_t)all;
	return true;
}

static bool
is_end(struct span said)
{
	static const char *const words[] = { "done", "skipped", "Pull complete", "Already exists" };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (span_starts(said, words[i]))
			return true;
	}
	return false;
}

/* docker's second bar, of the same layer, begins when all of it has come. */
static bool
hear_layer(struct layer *layer, struct span said)
{
	if (layer->is_done)
		return false;
	if (is_end(said)) {
		layer->is_done = true;
		layer->done = layer->all;
		return true;
	}
	if (span_starts(said, "Download complete") || span_starts(said, "Extracting") ||
		span_starts(said, "Verifying"))
		layer->done = layer->all;
	else
		read_bytes(layer, said);
	return false;
}

/* ---- lines ---- */

/* podman 4 and older say of a layer to a pipe that it begins, and of all that they are there by going on. */
static bool
is_past_layers(struct span line)
{
	return span_starts(line, "Copying config ") || span_starts(line, "Writing manifest ");
}

bool
pull_line(struct pull *p, struct span line)
{
	struct span rest;
	struct layer *layer;

	line = span_trim(line);
	if (!line.len || (layer = layer_of(p, line, &rest)))
		return line.len && hear_layer(layer, rest);
	if (is_past_layers(line)) {
		for (size_t i = 0; i < p->layers.len; i++)
			hear_layer(&p->layers.items[i], SPAN("done"));
	}
	if (span_starts(line, "Copying config ") && !span_starts(line, "Copying config sha256:") &&
		span_find(line, SPAN(" done")) < 0)
		return false;
	if (span_is(line, str_cstr(&p->last)))
		return false;
	str_clear(&p->last);
	str_append_span(&p->last, line);
	return true;
}

struct pull_count
pull_count(const struct pull *p)
{
	struct pull_count count = { .layers = (int)p->layers.len };
	bool is_known = true;

	for (size_t i = 0; i < p->layers.len; i++) {
		const struct layer *l = &p->layers.items[i];

		count.done += l->is_done;
		count.done_bytes += l->done;
		count.all_bytes += l->all;
		is_known = is_known && (l->all || l->is_done);
	}
	if (!is_known)
		count.done_bytes = count.all_bytes = 0;
	return count;
}
