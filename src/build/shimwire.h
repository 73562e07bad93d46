/* shimwire: what xtui-rustc tells xtui over its socket.
 *
 * The shim finds the socket's path in XTUI_SHIM_SOCKET and the user's own wrapper, if any, in
 * XTUI_SHIM_WRAPPER. One connection per rustc; frames of one type byte, a length (4 bytes, little
 * endian) and that many bytes. Shared by shim/ (libc only) and build/shim. */
#pragma once

#define SHIM_ENV_SOCKET "XTUI_SHIM_SOCKET"
#define SHIM_ENV_WRAPPER "XTUI_SHIM_WRAPPER"
#define SHIM_FRAME_HEADER 5
#define SHIM_FRAME_MAX (64u << 20) /* a longer frame ends the connection */

enum shim_frame {
	/* NUL-separated: target triple ("" for the host), crate name, crate type, package name,
	 * package version, "1" for a primary package, manifest folder */
	SHIM_START = 'S',
	SHIM_STDERR = 'E', /* bytes of rustc's stderr as they came */
	SHIM_END = 'X',    /* decimal, NUL-separated: exit code (128+n for a signal), ms, peak KiB */
};
