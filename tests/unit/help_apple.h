/* help_apple: Apple's programs, made here by LLVM's linker. */
#pragma once
#include <stdio.h>
#include "help_broken.h"

static inline int
apple_setup(void **state)
{
	if (objectbed_setup(state) != 0)
		return -1;
	objectbed_write("main.c",
		"int puts(const char *);\nint greet(int a) { return a + puts(\"hi\"); }\n"
		"int main(void) { return greet(1); }\n");
	objectbed_write("libSystem.tbd",
		"--- !tapi-tbd\ntbd-version: 4\ntargets: [ x86_64-macos, arm64-macos ]\n"
		"install-name: '/usr/lib/libSystem.B.dylib'\nexports:\n"
		"  - targets: [ x86_64-macos, arm64-macos ]\n"
		"    symbols: [ _puts, dyld_stub_binder ]\n...\n");
	return 0;
}

static inline bool
apple_has_tools(void)
{
	return objectbed_llvm("ld64.lld") && objectbed_llvm("llvm-lipo") &&
		objectbed_llvm("llvm-ar") && objectbed_has("clang");
}

/* "out" out of main.c for "arm64" or "x86_64", with more flags for the linker. */
static inline void
apple_link(const char *arch, const char *out, const char *flags)
{
	char *line = xasprintf(
		"clang --target=%s-apple-macos11 -g -c main.c -o %s.o && ./ld64.lld -arch %s "
		"-platform_version macos 11.0 14.4 -o %s %s.o libSystem.tbd %s",
		arch, out, arch, out, out, flags);

	if (objectbed_shell(line) != 0)
		fail_msg("%s", line);
	free(line);
}
