/**
 * The one error type of the library: "we cannot work". What is wrong with the thing examined is a finding, not an error.
 * A message says what was found, what was expected, where, and what to do; it starts with a capital and has no final period.
 */

/** Every code, with the exit status it means for the command line and the page section that explains it (docs/errors.md). */
export const ERROR_CODES = {
  usage: { exit: 2, summary: "The command line asks for something that does not exist or contradicts itself" },
  "file-not-found": { exit: 3, summary: "The image, host or profile that was named is not there, or cannot be opened" },
  "not-an-image": { exit: 3, summary: "The bytes are readable, but they are no container image" },
  "unsupported-image": { exit: 3, summary: "An image in a form that containerspec knows and does not read" },
  "corrupt-image": { exit: 3, summary: "The image contradicts itself: truncated, malformed or ambiguous" },
  "malformed-elf": { exit: 3, summary: "An ELF file that contradicts itself; inside an image it becomes a finding" },
  "digest-mismatch": { exit: 3, summary: "Bytes do not have the digest that names them" },
  "platform-not-found": { exit: 3, summary: "The image has no manifest for the platform that was asked for" },
  "reference-not-found": { exit: 3, summary: "The archive or registry holds no image of that name" },
  "limit-exceeded": { exit: 3, summary: "The input is larger than a limit that protects this machine" },
  "not-a-host": { exit: 3, summary: "What was given as host is no root filesystem, profile or image" },
  "not-a-cpu": { exit: 3, summary: "What was given as a capture of a CPU, or as a table of CPUs, describes none" },
  "not-a-dockerfile": { exit: 3, summary: "What was given as a Dockerfile has no FROM" },
  "not-a-policy": { exit: 3, summary: "What was given as policy holds together in no way, or names what there is not" },
  "not-a-grid": { exit: 3, summary: "What was given as grid holds together in no way, or names what there is not" },
  "not-an-uptodate-file": {
    exit: 3,
    summary: "An uptodate.yaml holds together in no way, or names what there is not",
  },
  "not-image-tests": {
    exit: 2,
    summary: "What was given as tests of an image is none, or asks what has no answer here",
  },
  "not-a-report": { exit: 3, summary: "What was given as report was not written by --format json" },
  "registry-unavailable": { exit: 3, summary: "A registry, GitHub or Spack does not answer, or cannot do so now" },
  "registry-denied": {
    exit: 3,
    summary: "A registry or GitHub lets nobody in without a login, or not with the one that there is",
  },
  "registry-answer": { exit: 3, summary: "A registry, GitHub or Spack answers with what none should" },
  "not-a-lock": { exit: 3, summary: "What was given as lock file is none, or of another release" },
  "not-in-lock": { exit: 3, summary: "The lock file does not say what was asked" },
  internal: { exit: 4, summary: "A fault of containerspec itself" },
} as const satisfies Record<string, { exit: 2 | 3 | 4; summary: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Where the trouble is; every part is optional, and `offset` counts bytes from the start of the innermost part named. */
export interface ErrorPlace {
  readonly image?: string;
  readonly layer?: string;
  readonly path?: string;
  readonly offset?: number;
}

/** An input or a request that containerspec cannot work with. `code` is stable; `message` is for people. */
export class ContainerspecError extends Error {
  readonly code: ErrorCode;
  readonly where: ErrorPlace;

  constructor(code: ErrorCode, message: string, where: ErrorPlace = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ContainerspecError";
    this.code = code;
    this.where = where;
  }
}

/** What the system says of a call that failed, without code, call and path: "permission denied"; undefined for any other error. */
export function findSystemReason(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error)) return undefined;
  return /^E[A-Z0-9]+: ([^,]+)(?:,|$)/.exec(error.message)?.[1] ?? error.message;
}

/** Whether an error is the system's answer to a call, and no fault of whoever made the call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}
