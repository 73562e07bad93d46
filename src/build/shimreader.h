/* shimreader: what one xtui-rustc says (build/shimwire.h), from bytes in any pieces to events. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"
#include "build/shim.h"
#include "text/lines.h"

struct shim_reader {
	const struct shim_events *events;
	void *arg;
	struct str in;      /* the beginning of the next frame */
	struct str start;   /* the start frame; unit points into it */
	struct lines lines; /* of stderr */
	bool is_running;    /* between the start and the end of its rustc */
	struct shim_unit unit;
};

void shim_reader_init(struct shim_reader *r, const struct shim_events *events, void *arg);
void shim_reader_fini(struct shim_reader *r);
/* False for anything that no shim of ours says: the connection is to be closed. */
bool shim_reader_feed(struct shim_reader *r, const char *bytes, size_t len);
/* The connection is gone; a unit that still runs ends without a known result. */
void shim_reader_end(struct shim_reader *r);
