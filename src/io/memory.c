#include "io/memory.h"

#include <uv.h>

uint64_t
memory_available(void)
{
	return uv_get_free_memory();
}
