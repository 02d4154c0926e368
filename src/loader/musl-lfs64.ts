/**
 * The 64-bit names that musl's loader resolves by itself since 1.2.4: each stands for the same name without "64". Programs that
 * were linked against an older musl, or against glibc, ask for them.
 * Mirrors get_lfs64 of ldso/dynlink.c, with its buffer: a name of more than 16 bytes is none of them.
 */
const LONGEST = 16;

const PLAIN_NAMES: ReadonlySet<string> = new Set([
  ...["aio_cancel", "aio_error", "aio_fsync", "aio_read", "aio_return", "aio_suspend", "aio_write", "lio_listio"],
  ...["open", "openat", "creat", "fallocate", "posix_fallocate", "posix_fadvise", "truncate", "ftruncate", "lockf"],
  ...["lseek", "pread", "preadv", "pwrite", "pwritev", "sendfile", "mmap"],
  ...["stat", "lstat", "fstat", "fstatat", "__xstat", "__lxstat", "__fxstat", "__fxstatat"],
  ...["statfs", "fstatfs", "statvfs", "fstatvfs", "getrlimit", "setrlimit", "prlimit"],
  ...["fopen", "freopen", "fseeko", "ftello", "fgetpos", "fsetpos", "tmpfile"],
  ...["mkstemp", "mkstemps", "mkostemp", "mkostemps"],
  ...["getdents", "readdir", "scandir", "alphasort", "versionsort", "ftw", "nftw", "glob", "globfree"],
]);

/** The name that the loader looks up in itself for `name`; undefined where it has no such answer. */
export function findPlainName(name: string): string | undefined {
  if (name.length > LONGEST) return undefined;
  if (name === "readdir64_r") return "readdir_r";
  const plain = name.endsWith("64") ? name.slice(0, -2) : "";
  return PLAIN_NAMES.has(plain) ? plain : undefined;
}
