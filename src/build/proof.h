/* proof: whether what a job has built keeps what its way promises: the floor of glibc's. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct job;
struct way;

/* False with an error in cargo's manner for each file that does not, appended to `why`. A file that
 * cannot be read as a program keeps everything. */
bool proof_holds(const struct job *job, const struct way *way, struct str *why);
