#include "base/data.h"

const struct data_file *
data_find(const char *name)
{
	for (size_t i = 0; i < data_file_count; i++)
		if (text_is(data_files[i].name, name))
			return &data_files[i];
	return NULL;
}

const struct data_file *
data_at(const char *prefix, size_t i)
{
	for (size_t k = 0; k < data_file_count; k++)
		if (text_starts(data_files[k].name, prefix) && i-- == 0)
			return &data_files[k];
	return NULL;
}
