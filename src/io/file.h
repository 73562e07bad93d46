/* file: whole files and folders. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

#define FILE_READ_MAX (64u << 20) /* a configuration larger than this is refused */

/* Which file this is, for caches: two equal identities are the same unchanged file. */
struct file_identity {
	uint64_t device, inode, size;
	int64_t mtime_ns;
};

/* Appends the whole file to out. */
bool file_read(const char *path, struct str *out, struct err *err);
/* Writes the file whole: a temporary one beside it, fsync, rename; keeps the mode of the old one and
 * follows a symbolic link to the file it names. Missing folders are made. */
bool file_write(const char *path, struct span bytes, struct err *err);
/* The same, and it may be run by whom it may be read. */
bool file_write_program(const char *path, struct span bytes, struct err *err);
/* Removes the temporary files that killed writers of whole files left in the folder. */
void file_sweep(const char *dir);
/* The name behind symbolic links, also where nothing is there yet; caller frees. NULL with err for links
 * that lead in a circle. */
char *file_behind_links(const char *path, struct err *err);
/* The one absolute name without symbolic links; caller frees; NULL when nothing is there. */
char *file_real_path(const char *path);
/* The first bytes of a file, at most `size`; how many there were, 0 also when it cannot be read. */
size_t file_peek(const char *path, char *bytes, size_t size);
/* Gives a file or folder another name in the same file system, in one step that outlives a power cut. A
 * file or an empty folder that has the name is replaced. */
bool file_rename(const char *from, const char *to, struct err *err);
bool file_exists(const char *path);
bool file_is_dir(const char *path);
bool file_is_executable(const char *path); /* a regular file that we may run */
bool file_identity(const char *path, struct file_identity *id);
/* Bytes that we may still write on the file system of a path, and all it has; of the nearest folder above
 * where the path does not exist yet. */
bool file_space(const char *path, uint64_t *left, uint64_t *all);
bool file_make_dirs(const char *path, unsigned mode, struct err *err); /* mkdir -p */
/* Removes a tree; links are not followed. An absent one is success. */
bool file_remove_tree(const char *path, struct err *err);
/* Names in a folder without "." and "..", sorted; each and the array are the caller's.
 * An absent folder gives 0 names and true. */
bool file_list(const char *path, char ***names, size_t *count, struct err *err);
void file_list_free(char **names, size_t count);
/* A fresh private folder below `parent` (made when absent), caller frees the name. */
char *file_make_temp_dir(const char *parent, const char *prefix, struct err *err);
