/* turn: one xtui at a time builds in a target folder.
 *
 * Two cargos in one folder only wait for each other, so whoever comes second is told of the first and
 * may wait, or build in a folder beside: <target-dir>/xtui/beside-1, or the next that nobody uses. The
 * one whose turn it is holds <target-dir>/xtui/lock, in which it says who it is. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct turn;

/* NULL when it is another's; who that is is appended ("process 4711, since 12:03, for …"; NULL: of no
 * interest). Where nothing can be locked it is everybody's turn. */
struct turn *
turn_take(const char *target_dir, const char *const *targets, size_t count, struct str *who);
void turn_end(struct turn *t); /* NULL is fine */
/* The turn of the first folder beside that is free; its path comes in *dir, caller frees. */
struct turn *
turn_take_beside(const char *target_dir, const char *const *targets, size_t count, char **dir);
bool turn_is_taken(const char *target_dir, struct str *who);

/* The process of a cargo that has locked the folder of a profile ("release") in there; 0: none, or not
 * known. */
int64_t turn_cargo(const char *dir, const char *profile_dir);
