/**
 * The C library family: files that are built together, share the private nodes GLIBC_PRIVATE, and change in step. None of them
 * may be mounted from another build, whatever a loader says: ld.so 2.41 with libc 2.36 loads, and then smashes its stack.
 * Sources: glibc's Makefiles (extra-libs), its shlib-versions, and the releases that added or removed each file.
 */
import { MUSL_FAMILY } from "./musl.js";

/** Names (globs over DT_SONAME or file name) of the family; a version may stand before or after ".so". */
export const C_LIBRARY_FAMILY: readonly string[] = [
  "ld.so.*",
  "ld-linux*.so.*",
  "ld64.so.*",
  "ld-2.*.so",
  ...MUSL_FAMILY,
  ...[
    "libc",
    "libm",
    "libmvec",
    "libpthread",
    "libdl",
    "librt",
    "libutil",
    "libanl",
    "libresolv",
    "libnsl",
    "libBrokenLocale",
    "libthread_db",
    "libc_malloc_debug",
    "libmemusage",
    "libpcprofile",
    "libSegFault",
    "libcidn",
  ].flatMap((name) => [`${name}.so`, `${name}.so.*`, `${name}-2.*.so`]),
  "libnss_compat.so*",
  "libnss_db.so*",
  "libnss_dns.so*",
  "libnss_files.so*",
  "libnss_hesiod.so*",
  "libnss_nis.so*",
  "libnss_nisplus.so*",
  "libnss_*-2.*.so",
  "libthread_db-1.0.so",
];

/** The version node whose members change with every release and are meant for the family alone. */
export const PRIVATE_VERSION = "GLIBC_PRIVATE";
