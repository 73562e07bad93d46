/* fuzz_rules: any file of hint rules is taken or refused with its place, its examples run in bounded time. */
#include <sys/mman.h>
#include <unistd.h>
#include "hint/rules.h"
#include "tests/fuzz/require.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	char path[64];
	int fd = memfd_create("rules", MFD_CLOEXEC);

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no file in memory");
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (!rules_check_file(path, &err))
		require(err.kind != ERR_NONE && *err.message, "refused without a word");
	close(fd);
	return 0;
}
