#include <ctype.h>
#include <stddef.h>
#include <stdint.h>

uint32_t
greet_tally_letters(const unsigned char *text, size_t len)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < len; i++)
		letters += text[i] < 128 && isalpha(text[i]) != 0;
	return letters;
}
