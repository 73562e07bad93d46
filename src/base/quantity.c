#include "base/quantity.h"

#include "base/alloc.h"
#include "base/str.h"

char *
quantity_bytes(uint64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double value = (double)bytes / 1000;
	int unit = 0;

	if (bytes < 1000)
		return xasprintf("%u B", (unsigned)bytes);
	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	return xasprintf("%.*f %s",
		!unit || value >= 99.95  ? 0
			: value >= 9.995 ? 1
					 : 2,
		value, units[unit]);
}
