/* memory: how much of the machine's memory a new program could have. */
#pragma once
#include <stdint.h>

uint64_t memory_available(void); /* bytes, without swapping; 0: not known */
