/* peer: a process by more than its number, so that it can be asked for later, by another one.
 *
 * Numbers are given again and mean something on one machine only; so the time it was started and the
 * place (host name and number space) belong to it. */
#pragma once
#include <stdint.h>

struct peer {
	int64_t pid;
	uint64_t started; /* in the system's own count; 0: not known */
	char place[160];
};

enum peer_state {
	PEER_GONE, /* a zombie is gone too */
	PEER_LIVES,
	PEER_ELSEWHERE, /* of another machine or container: nobody here can tell */
};

struct peer peer_self(void);
enum peer_state peer_state(const struct peer *p);
