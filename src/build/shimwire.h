/* shimwire: what xtui-rustc tells xtui over its socket, and what xtui tells it by environment.
 *
 * One connection per rustc; frames of one type byte, a length (4 bytes, little endian) and that many
 * bytes. Shared by shim/ (libc only) and build/shim. */
#pragma once

#define SHIM_ENV_SOCKET "XTUI_SHIM_SOCKET"   /* path of the socket */
#define SHIM_ENV_WRAPPER "XTUI_SHIM_WRAPPER" /* the user's own wrapper, if any */
/* "<triple>=<codegen option>" lines ("…=linker=clang", "…=link-arg=-fuse-ld=lld"): -C with the option
 * is added for crates of that triple which are linked, unless their linker is named already. Given
 * here and not to cargo, so that no fingerprint knows of it. */
#define SHIM_ENV_LINK "XTUI_SHIM_LINK"

#define SHIM_FRAME_HEADER 5
#define SHIM_FRAME_MAX (64u << 20) /* a longer frame ends the connection */

enum shim_frame {
	/* NUL-separated: target triple ("" for the host), crate name, crate type, package name,
	 * package version, "1" for a primary package, manifest folder */
	SHIM_START = 'S',
	SHIM_ASK = 'A',    /* may it link with fat LTO? It waits for a byte, or for our end */
	SHIM_STDERR = 'E', /* bytes of rustc's stderr as they came */
	SHIM_END = 'X', /* decimal, NUL-separated: exit code (128+n for a signal), ms, peak KiB */
};
