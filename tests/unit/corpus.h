/* corpus: runs the fuzzer of tests/fuzz that a test includes over its committed inputs. */
#pragma once
#include <dirent.h>
#include <stdio.h>
#include "base/str.h"
#include "check.h"
#include "tests/fuzz/require.h"

static inline void
corpus_replay_file(const char *folder, const char *name)
{
	struct str path = STR_INIT, bytes = STR_INIT;
	FILE *file;
	int c;

	str_appendf(&path, "%s/%s", folder, name);
	if (!(file = fopen(str_cstr(&path), "rb")))
		fail_msg("%s cannot be opened", str_cstr(&path));
	while ((c = getc(file)) != EOF)
		str_append_char(&bytes, (char)c);
	fclose(file);
	LLVMFuzzerTestOneInput((const uint8_t *)str_cstr(&bytes), bytes.len);
	str_fini(&path);
	str_fini(&bytes);
}

static inline void
corpus_replay(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	if (!dir)
		fail_msg("%s cannot be opened", folder);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		corpus_replay_file(folder, entry->d_name);
		count++;
	}
	closedir(dir);
	assert_true(count > 0);
}
