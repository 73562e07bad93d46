/* triples: the targets that tests speak of. */
#pragma once

#define HOST "x86_64-unknown-linux-gnu" /* the fixture's machine */
#define ARM64 "aarch64-unknown-linux-gnu"
#define ARMV7 "armv7-unknown-linux-gnueabihf"
#define MUSL "x86_64-unknown-linux-musl"
#define ARM64_MUSL "aarch64-unknown-linux-musl"
#define RISCV "riscv64gc-unknown-linux-gnu"
#define FREEBSD "x86_64-unknown-freebsd"
#define MAC "aarch64-apple-darwin"
#define WINDOWS "x86_64-pc-windows-gnu"
#define MSVC "x86_64-pc-windows-msvc"
#define ANDROID "aarch64-linux-android"
