/**
 * What can go wrong when a program is loaded, and how bad it is for the process. A problem's key says what it is about and not
 * where the files lie, so that the same trouble is recognised before and after a mount.
 */
import { baseName } from "../rootfs/path.js";

export type LoadProblem = Trouble & {
  /** what the loader says of it where it is not glibc's, which has the words of `toLoaderMessage`; "" where it says nothing */
  readonly words?: string;
  /** met by those alone for whom a set-user-ID program runs in secure-execution mode */
  readonly secure?: boolean;
};

type Trouble =
  | {
      readonly kind: "library-not-found";
      readonly name: string;
      readonly requiredBy: string;
      /** a file of that name was seen and skipped: "wrong ELF class: ELFCLASS32", "another machine" */
      readonly skipped?: string;
    }
  | {
      readonly kind: "library-not-loadable";
      readonly name: string;
      readonly path: string;
      readonly requiredBy: string;
      /** the loader's words: "invalid ELF header" */
      readonly reason: string;
      /** in its words it names the path where it opens the file, and the name that was asked for where it maps it */
      readonly while: "opening" | "mapping";
    }
  | {
      readonly kind: "library-unreadable";
      readonly name: string;
      readonly path: string;
      readonly requiredBy: string;
      readonly reason: string;
    }
  | {
      readonly kind: "version-not-defined";
      readonly version: string;
      /** vn_file */
      readonly file: string;
      readonly provider: string;
      readonly requiredBy: string;
      /** what the provider defines instead */
      readonly defined: readonly string[];
    }
  | {
      readonly kind: "version-not-defined-weak";
      readonly version: string;
      readonly file: string;
      readonly provider: string;
      readonly requiredBy: string;
    }
  | {
      readonly kind: "version-information-missing";
      readonly file: string;
      readonly provider: string;
      readonly requiredBy: string;
    }
  | {
      /** the loader stops on an assertion when no loaded library answers to the name that a version is required of */
      readonly kind: "version-file-not-loaded";
      /** vn_file */
      readonly file: string;
      readonly requiredBy: string;
    }
  | {
      /** a loader before 2.41 stops on an assertion when a versioned reference meets a library without any version table */
      readonly kind: "version-table-missing";
      readonly symbol: string;
      readonly provider: string;
      readonly requiredBy: string;
      readonly binding: "eager" | "lazy";
    }
  | {
      readonly kind: "symbol-not-defined";
      readonly symbol: string;
      readonly version?: string;
      /** vn_file, where a loader before 2.30 insists on it and another library has the symbol */
      readonly file?: string;
      readonly requiredBy: string;
      readonly binding: "eager" | "lazy";
    }
  | {
      /** a loader that compares no versions takes what it meets first */
      readonly kind: "other-version-bound";
      readonly symbol: string;
      readonly version: string;
      /** absent where the provider gives the symbol no version */
      readonly found?: string;
      readonly provider: string;
      readonly requiredBy: string;
    }
  | {
      readonly kind: "symbol-size-differs";
      readonly symbol: string;
      readonly requiredBy: string;
      readonly provider: string;
      readonly expected: number;
      readonly found: number;
    }
  | {
      /** a program that goes round a protected symbol: warned of since 2.36 */
      readonly kind: "protected-symbol-bypassed";
      readonly symbol: string;
      /** it copies the data, or takes an entry of its own for the function's address */
      readonly use: "copy" | "address";
      readonly provider: string;
      readonly requiredBy: string;
    }
  | {
      /** the same where the library is marked as relying on its protected symbols */
      readonly kind: "protected-symbol-refused";
      readonly symbol: string;
      readonly use: "copy" | "address";
      readonly provider: string;
      readonly requiredBy: string;
      readonly binding: "eager" | "lazy";
      /** which loader, since they have not the same words */
      readonly loader: "2.35" | "since 2.36";
    }
  | {
      readonly kind: "relr-unsupported";
      readonly requiredBy: string;
      readonly reason: "no-dependency" | "loader-too-old" | "musl-too-old";
    }
  | {
      readonly kind: "executable-stack";
      readonly requiredBy: string;
      /** as it was asked for */
      readonly name: string;
    }
  | {
      readonly kind: "isa-level-too-high";
      readonly requiredBy: string;
      /** x86-64 levels: what its note asks for, and what the CPU reaches */
      readonly needed: string;
      readonly level: string;
    }
  | ({ readonly kind: "static-tls-exhausted" } & StaticTlsShortage)
  /** the same, if things are as bad as they can be: how much there is cannot be known */
  | ({ readonly kind: "static-tls-uncertain" } & StaticTlsShortage)
  | { readonly kind: "interpreter-missing"; readonly interp: string; readonly requiredBy: string };

/** A block of thread-local storage that some relocation wants at a fixed offset, and that does not fit there. */
export interface StaticTlsShortage {
  /** whose block it is */
  readonly requiredBy: string;
  /** who has the relocation */
  readonly user: string;
  /** bytes of this block and those before it, and bytes that there are */
  readonly size: number;
  readonly available: number;
  /** its alignment, where that alone is too large */
  readonly alignment?: number;
}

/** How bad a problem is for the process that meets it. */
export type ProblemOutcome = "none" | "latent" | "broken" | "unknown";

export function outcomeOf(problem: LoadProblem): ProblemOutcome {
  switch (problem.kind) {
    case "version-not-defined-weak":
    case "version-information-missing":
    case "symbol-size-differs":
    case "other-version-bound":
    case "protected-symbol-bypassed":
      return "none";
    case "symbol-not-defined":
    case "protected-symbol-refused":
    case "version-table-missing":
      return problem.binding === "lazy" ? "latent" : "broken";
    case "library-unreadable":
    case "static-tls-uncertain":
      return "unknown";
    default:
      return "broken";
  }
}

/** Two problems with one key are the same trouble: kind, object, library, version or symbol, without folders. */
export function problemKey(problem: LoadProblem): string {
  return problem.secure === true ? `${SECURE}${toKey(problem)}` : toKey(problem);
}

const SECURE = "secure-execution mode: ";

/** The key of the same trouble in the other mode, for a key of secure-execution mode. */
export function plainTwin(key: string): string | undefined {
  return key.startsWith(SECURE) ? key.slice(SECURE.length) : undefined;
}

function toKey(problem: LoadProblem): string {
  const by = baseName(problem.requiredBy);
  switch (problem.kind) {
    case "library-not-found":
    case "library-not-loadable":
    case "library-unreadable":
      return `${problem.kind} ${by} ${problem.name}`;
    case "version-not-defined":
    case "version-not-defined-weak":
      return `${problem.kind} ${by} ${problem.file} ${problem.version}`;
    case "version-information-missing":
    case "version-file-not-loaded":
      return `${problem.kind} ${by} ${problem.file}`;
    case "version-table-missing":
    case "protected-symbol-refused":
      return `${problem.kind} ${by} ${problem.symbol} ${problem.binding}`;
    case "symbol-size-differs":
    case "protected-symbol-bypassed":
      return `${problem.kind} ${by} ${problem.symbol}`;
    case "symbol-not-defined":
      return `${problem.kind} ${by} ${problem.symbol} ${problem.version ?? ""} ${problem.binding}`;
    case "other-version-bound":
      return `${problem.kind} ${by} ${problem.version} ${problem.found ?? ""}`;
    case "relr-unsupported":
    case "executable-stack":
    case "isa-level-too-high":
    case "static-tls-exhausted":
    case "static-tls-uncertain":
      return `${problem.kind} ${by}`;
    case "interpreter-missing":
      return `${problem.kind} ${problem.interp}`;
  }
}
