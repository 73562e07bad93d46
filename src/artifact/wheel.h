/* wheel: a package of Python (.whl): a zip whose name says which Pythons and machines it is for.
 *
 * Read by the rules of https://packaging.python.org/specifications/binary-distribution-format/. What is
 * built in it has a card of its own in card->parts; whether those keep what the name promises, runson_fill
 * judges. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct card;
struct reader;

/* A zip by its first bytes, a wheel by its name. */
bool wheel_is(const struct reader *r, const char *path);
/* Unpacks card->path into a private folder, reads what is built in it, and removes the folder again. */
bool wheel_read(struct card *card, struct err *err);

/* The glibc or musl that a platform tag promises to do with: "2.17" of "manylinux2014_aarch64" and of
 * "manylinux_2_17_aarch64". `family` is "manylinux" or "musllinux"; of several tags the oldest. NULL: no
 * such tag. The text is the card's. */
const char *wheel_promise(struct card *card, const char *family);
