/**
 * The words of glibc's loader for what goes wrong: whoever meets the trouble for real sees these, and can search for them. What
 * another loader says travels with the problem.
 */
import { LINK_LOOP, WRONG_CLASS } from "./abi.js";
import type { LoadProblem } from "./problem.js";

/**
 * What the loader prints for a problem, for glibc's: on standard error for a program, as dlerror(3) text for a library that is opened. An
 * assertion's line number, which differs from release to release, is left out.
 *
 * @param start the program, as it was started; undefined for dlopen
 * @returns "" for what the loader does not notice
 */
export function toLoaderMessage(problem: LoadProblem, start: string | undefined): string {
  if (problem.words !== undefined) return problem.words;
  const prefix = start === undefined ? "" : `${start}: `;
  const startup = start === undefined ? "" : `${start}: error while loading shared libraries: `;
  const relocation = start === undefined ? "" : `${start}: relocation error: `;
  const lookup = start === undefined ? "" : `${start}: symbol lookup error: `;
  switch (problem.kind) {
    case "library-not-found":
      if (problem.skipped?.startsWith(WRONG_CLASS) === true) return `${startup}${problem.name}: ${problem.skipped}`;
      return `${startup}${problem.name}: cannot open shared object file: ${toOpenError(problem.skipped, start)}`;
    case "library-not-loadable":
      return `${startup}${problem.while === "mapping" ? problem.name : problem.path}: ${start === undefined ? problem.reason : toStartupReason(problem.reason)}`;
    case "library-unreadable":
      return "";
    case "version-not-defined":
      return `${prefix}${problem.provider}: version \`${problem.version}' not found (required by ${problem.requiredBy})`;
    case "version-not-defined-weak":
      return `${prefix}${problem.provider}: weak version \`${problem.version}' not found (required by ${problem.requiredBy})`;
    case "version-information-missing":
      return `${prefix}${problem.provider}: no version information available (required by ${problem.requiredBy})`;
    case "version-file-not-loaded":
      return "Inconsistency detected by ld.so: dl-version.c: _dl_check_map_versions: Assertion `needed != NULL' failed!";
    case "version-table-missing":
      return "Inconsistency detected by ld.so: dl-lookup.c: check_match: Assertion `version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!";
    case "symbol-not-defined":
      if (problem.file !== undefined)
        return `${relocation}${problem.requiredBy}: symbol ${problem.symbol}, version ${problem.version ?? ""} not defined in file ${problem.file} with link time reference`;
      return `${lookup}${problem.requiredBy}: undefined symbol: ${problem.symbol}${problem.version === undefined ? "" : `, version ${problem.version}`}`;
    case "symbol-size-differs":
      return `${prefix}Symbol \`${problem.symbol}' has different size in shared object, consider re-linking`;
    case "protected-symbol-bypassed":
      return problem.use === "copy"
        ? `warning: copy relocation against non-copyable protected symbol \`${problem.symbol}' in \`${problem.provider}'`
        : `warning: direct reference to protected function \`${problem.symbol}' in \`${problem.provider}' may break pointer equality`;
    case "protected-symbol-refused":
      return `${prefix}${problem.symbol}: ${problem.provider}: ${REFUSALS[problem.loader][problem.use]}`;
    case "relr-unsupported":
      return problem.reason === "no-dependency"
        ? `${startup}${problem.requiredBy}: DT_RELR without GLIBC_ABI_DT_RELR dependency`
        : "";
    case "executable-stack":
      return `${startup}${problem.name}: cannot enable executable stack as shared object requires: Invalid argument`;
    case "other-version-bound":
      return "";
    case "isa-level-too-high":
      return `${problem.requiredBy}: CPU ISA level is lower than required`;
    case "static-tls-exhausted":
    case "static-tls-uncertain":
      return `${startup}${problem.requiredBy}: cannot allocate memory in static TLS block`;
    case "interpreter-missing":
      return `${problem.requiredBy}: cannot execute: required file not found`;
  }
}

const SINCE_2_36 = "error due to GNU_PROPERTY_1_NEEDED_INDIRECT_EXTERN_ACCESS";

const REFUSALS = {
  "2.35": {
    copy: "copy relocation against non-copyable protected symbol",
    address: "non-canonical reference to canonical protected function",
  },
  "since 2.36": { copy: SINCE_2_36, address: SINCE_2_36 },
} as const;

function toOpenError(skipped: string | undefined, start: string | undefined): string {
  if (skipped !== LINK_LOOP) return "No such file or directory";
  return start === undefined ? LINK_LOOP : "Error 40";
}

/** Before libc is there, the loader has words for a few error numbers only; for others it prints the number. */
function toStartupReason(reason: string): string {
  return reason.replace(/: Is a directory$/, ": Error 21");
}
