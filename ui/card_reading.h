/* card_reading: cards of files, read on another thread one after the other. */
#pragma once
#include <stddef.h>

struct card;
struct card_reading;
struct loop;

/* A card is the taker's from here on; NULL: why it could not be read. Once all were taken it comes again,
 * with a path of NULL. */
typedef void card_taker(void *arg, const char *path, struct card *card, const char *why);

/* `take` is called for each file of the list, on the loop's thread, when all have been read. `floors`: for
 * each the glibc above which is told who asks for it, or NULL. All texts are copied. */
struct card_reading *card_reading_start(struct loop *l, const char *const *paths,
	const char *const *floors, size_t count, card_taker *take, void *arg);
/* Nobody hears of it any more; to be called by who goes away before it is over. NULL is fine. */
void card_reading_drop(struct card_reading *r);
