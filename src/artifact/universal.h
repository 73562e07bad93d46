/* universal: one fat file out of several Apple files, one slice for each machine.
 *
 * The slices are copied as they are, signatures and all; order and alignment are those of `llvm-lipo
 * -create`, byte for byte. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

/* Joins programs, dylibs, bundles, objects, or static archives of one machine each, or the slices of fat
 * files, and writes `out` whole; executable where one of the files is. Refused, with err that names the
 * files: other formats, kinds that differ, the same machine twice, more than 4 GB. `machines` gets
 * "x86_64, arm64" in the order of the file, `bytes` its size. */
bool universal_write(const char *const *files, size_t count, const char *out, struct str *machines,
	uint64_t *bytes, struct err *err);
