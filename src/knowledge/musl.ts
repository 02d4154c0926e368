/**
 * The parts of musl: its loader is its C library, one file under several names. Source: musl's Makefile, and the packages of Alpine
 * Linux and Debian.
 */

/** Names (globs over DT_SONAME or file name) under which that file goes. */
export const MUSL_FAMILY: readonly string[] = ["ld-musl-*", "libc.musl-*"];
