/* A word of the pattern is laid over the name by dynamic programming: for each letter of the word
 * and each place in the name, the best score of a match that ends right there, and up to there. */
#include "text/fuzzy.h"
#include "base/alloc.h"
#include "base/str.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SCORE_NONE (INT_MIN / 2)
#define SCORE_CONSECUTIVE 1000
#define SCORE_NAME_START 900
#define SCORE_WORD_START 800
#define SCORE_HUMP 700 /* "P" in "myProject" */
#define SCORE_GAP_BEFORE (-5)
#define SCORE_GAP_INSIDE (-10)
#define SCORE_GAP_AFTER (-5)
#define SCORE_EXACT (INT_MAX / 2)

struct cell {
	int here;   /* best score with this letter at this place, SCORE_NONE when it is another */
	int so_far; /* best score with this letter at this place or before */
};

struct word {
	struct span text;
	bool any_case;
};

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char
lower(char c)
{
	return is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

/* The next word of the pattern; false at its end. */
static bool
next_word(struct span *rest, struct word *word)
{
	while (rest->len > 0) {
		word->text = span_cut(*rest, ' ', rest);
		if (word->text.len == 0)
			continue;
		word->any_case = true;
		for (size_t i = 0; i < word->text.len; i++)
			if (is_upper(word->text.data[i]))
				word->any_case = false;
		return true;
	}
	return false;
}

static bool
is_match(const struct word *word, size_t i, char c)
{
	return word->text.data[i] == (word->any_case ? lower(c) : c);
}

/* Whether the letters of the word come in order. */
static bool
is_within(const struct word *word, struct span name)
{
	size_t i = 0;

	for (size_t j = 0; j < name.len && i < word->text.len; j++)
		if (is_match(word, i, name.data[j]))
			i++;
	return i == word->text.len;
}

static bool
is_exact(const struct word *word, struct span name)
{
	return word->text.len == name.len && is_within(word, name);
}

static int
place_score(struct span name, size_t at)
{
	char before = at > 0 ? name.data[at - 1] : '\0';

	if (at == 0)
		return SCORE_NAME_START;
	if (strchr("-_./ ", before))
		return SCORE_WORD_START;
	if (is_upper(name.data[at]) && !is_upper(before))
		return SCORE_HUMP;
	return 0;
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

/* Fills the row of letter i; `above` is the row of the letter before it, NULL for the first. */
static void
fill_row(const struct word *word, size_t i, struct span name, const struct cell *above,
	struct cell *row)
{
	int gap = i + 1 == word->text.len ? SCORE_GAP_AFTER : SCORE_GAP_INSIDE;
	int so_far = SCORE_NONE;

	for (size_t j = 0; j < name.len; j++) {
		int here = SCORE_NONE;

		if (!above && is_match(word, i, name.data[j]))
			here = (int)j * SCORE_GAP_BEFORE + place_score(name, j);
		else if (above && j > 0 && above[j - 1].so_far > SCORE_NONE &&
			is_match(word, i, name.data[j]))
			here = larger(above[j - 1].so_far + place_score(name, j),
				above[j - 1].here + SCORE_CONSECUTIVE);
		so_far = larger(here, so_far + gap);
		row[j] = (struct cell){ here, so_far };
	}
}

/* One row per letter; the caller frees. The word must be within the name. */
static struct cell *
fill_table(const struct word *word, struct span name)
{
	struct cell *table = xreallocarray(NULL, word->text.len * name.len, sizeof *table);

	for (size_t i = 0; i < word->text.len; i++) {
		struct cell *row = table + i * name.len;

		fill_row(word, i, name, i > 0 ? row - name.len : NULL, row);
	}
	return table;
}

static int
word_score(const struct word *word, struct span name)
{
	struct cell *table;
	int score;

	if (is_exact(word, name))
		return SCORE_EXACT;
	table = fill_table(word, name);
	score = table[word->text.len * name.len - 1].so_far;
	free(table);
	return score;
}

/* Follows the best way back from the last letter, marking where each letter lies. */
static void
mark_word(const struct word *word, struct span name, bool *marks)
{
	struct cell *table = fill_table(word, name);
	bool must_be_here = false;
	size_t j = name.len;

	for (size_t i = word->text.len; i-- > 0;) {
		const struct cell *row = table + i * name.len;

		j--;
		while (row[j].here == SCORE_NONE || (!must_be_here && row[j].here < row[j].so_far))
			j--;
		marks[j] = true;
		must_be_here = i > 0 && j > 0 &&
			row[j].here == (row - name.len)[j - 1].here + SCORE_CONSECUTIVE;
	}
	free(table);
}

bool
fuzzy_match(const char *pattern, const char *name, int *score)
{
	struct span rest = span_of(pattern);
	struct span whole = span_of(name);
	long long sum = 0;
	struct word word;

	while (next_word(&rest, &word)) {
		if (whole.len > FUZZY_NAME_MAX || !is_within(&word, whole))
			return false;
		if (score)
			sum += word_score(&word, whole);
	}
	if (score)
		*score = sum > INT_MAX ? INT_MAX : (int)sum;
	return true;
}

size_t
fuzzy_positions(const char *pattern, const char *name, uint16_t *positions, size_t max)
{
	bool marks[FUZZY_NAME_MAX] = { false };
	struct span rest = span_of(pattern);
	struct span whole = span_of(name);
	size_t count = 0;
	struct word word;

	if (!fuzzy_match(pattern, name, NULL))
		return 0;
	while (next_word(&rest, &word))
		mark_word(&word, whole, marks);
	for (size_t i = 0; i < whole.len && i < FUZZY_NAME_MAX && count < max; i++)
		if (marks[i])
			positions[count++] = (uint16_t)i;
	return count;
}

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Rows of the usual table, one per letter of a; three of them, for a swap looks two rows back. */
int
fuzzy_distance(const char *a, const char *b)
{
	size_t width = strlen(b) + 1;
	int *rows = xreallocarray(NULL, 3 * width, sizeof *rows);
	int *row = rows;
	int *above = rows + width;
	int *twice = rows + 2 * width;
	int distance;

	for (size_t j = 0; j < width; j++)
		row[j] = (int)j;
	for (size_t i = 1; a[i - 1]; i++) {
		int *oldest = twice;

		twice = above;
		above = row;
		row = oldest;
		row[0] = (int)i;
		for (size_t j = 1; j < width; j++) {
			row[j] = smaller(smaller(above[j], row[j - 1]) + 1,
				above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], twice[j - 2] + 1);
		}
	}
	distance = row[width - 1];
	free(rows);
	return distance;
}

const char *
fuzzy_nearest(const char *word, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	int least = (int)((strlen(word) + 1) / 3) + 1;

	for (size_t i = 0; i < count; i++) {
		int distance = fuzzy_distance(word, names[i]);

		if (distance >= least)
			continue;
		least = distance;
		nearest = names[i];
	}
	return nearest;
}
