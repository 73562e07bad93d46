/* platform: the machine xtui runs on; the one file with code for one system. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct platform {
	char os[16];           /* as in a triple: "linux", "macos", "freebsd" */
	char arch[32];         /* as in a triple: "x86_64", "aarch64" */
	char triple[64];       /* a guess when no rustc tells it: "x86_64-unknown-linux-gnu" */
	char distribution[64]; /* os-release ID: "debian", "alpine"; "macos"; "" unknown */
	char pretty[96];       /* os-release PRETTY_NAME, or "macOS 14.4" */
	bool is_musl;          /* the host's libc */
	char glibc[16];        /* its version, "2.36"; "" where it is another libc */
	int cpus;              /* ours to use, by affinity and cgroup; 1 or more */
	uint64_t memory;       /* bytes ours to use; 0 unknown */
	bool is_root;
};

/* Filled once and kept; thread-safe. */
const struct platform *platform_get(void);
/* Fills `p` but for glibc as seen in the file tree below `root`, "" for this machine's own. For tests. */
void platform_read(const char *root, struct platform *p);
/* The path of the running program, or NULL; caller frees. */
char *platform_program_path(void);
