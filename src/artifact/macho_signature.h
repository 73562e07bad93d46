/* macho_signature: who signed a Mach-O file, as far as it tells; nothing is verified. */
#pragma once
#include <stdint.h>

struct card;
struct reader;

/* Of the signature's bytes: the details signature, identifier, team, entitlements, hardened_runtime. */
void
macho_read_signature(const struct reader *r, uint64_t offset, uint64_t size, struct card *card);
