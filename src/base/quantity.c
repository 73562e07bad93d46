#include "base/quantity.h"
#include "base/count.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/alloc.h"

const char *
quantity_put(char out[QUANTITY_MAX], uint64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	double value = (double)bytes / 1000;
	int unit = 0;

	for (; value >= 999.5; unit++)
		value /= 1000;
	if (bytes < 1000)
		snprintf(out, QUANTITY_MAX, "%u B", (unsigned)bytes);
	else
		snprintf(out, QUANTITY_MAX, "%.*f %s",
			!unit || value >= 99.95  ? 0
				: value >= 9.995 ? 1
						 : 2,
			value, units[unit]);
	return out;
}

char *
quantity_bytes(uint64_t bytes)
{
	char text[QUANTITY_MAX];

	return xstrdup(quantity_put(text, bytes));
}

int64_t
quantity_read(struct span text)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {
		{ "KiB", 1024 },
		{ "MiB", 1048576 },
		{ "GiB", 1073741824 },
		{ "k", 1e3 },
		{ "K", 1e3 },
		{ "M", 1e6 },
		{ "G", 1e9 },
		{ "B", 1 },
	};
	char number[32];
	size_t len = 0, at = 0;
	double bytes;

	for (; at < text.len; at++) {
		char c = text.data[at];

		if ((c < '0' || c > '9') && c != '.' && c != ',')
			break;
		if (c != ',' && len + 1 < sizeof(number))
			number[len++] = c;
	}
	number[len] = '\0';
	text = span_trim((struct span){ text.data + at, text.len - at });
	for (size_t i = 0; len && i < COUNT(units); i++)
		if (span_starts(text, units[i].unit)) {
			bytes = strtod(number, NULL) * units[i].factor;
			return bytes < (double)INT64_MAX ? (int64_t)bytes : -1;
		}
	return -1;
}

char *
quantity_utc(int64_t seconds)
{
	time_t at = (time_t)seconds;
	char text[64] = "";
	struct tm tm;

	if (gmtime_r(&at, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return xstrdup(text);
}
