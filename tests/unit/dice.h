/* dice: random numbers that are the same in every run, for properties. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state; /* the seed at first */
};

/* splitmix64 */
static inline uint64_t
dice_roll(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 0 … limit - 1 */
static inline size_t
dice_below(struct dice *d, size_t limit)
{
	return (size_t)(dice_roll(d) % limit);
}
