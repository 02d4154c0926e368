/**
 * Versions that one of several regular expressions matches. A file that somebody sends in may have an expression that never ends
 * (`^(a+)+$`), and tags for it: they are matched with a time limit, which the engine keeps to in the midst of a match.
 */
import { createContext, Script } from "node:vm";
import { ContainerspecError } from "../errors.js";

/** A tag has no more characters: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull */
const MAX_LENGTH = 128;
/** Thousands of tags take some milliseconds. */
const MAX_MILLISECONDS = 1000;

const MATCH = new Script(
  "versions.filter((version) => filter.some((expression, index) => ((at = index), expression.test(version))))",
);

/**
 * Those that match somewhere, in their order; what is longer than a tag can be is not among them.
 *
 * @throws ContainerspecError limit-exceeded where that takes longer than a second
 */
export function filterVersions(versions: readonly string[], filter: readonly RegExp[]): readonly string[] {
  const asked = { versions: versions.filter(({ length }) => length <= MAX_LENGTH), filter, at: 0 };
  try {
    const matched: unknown = MATCH.runInContext(createContext(asked), { timeout: MAX_MILLISECONDS });
    return Array.from(matched as readonly string[]);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw cause;
    const source = filter[asked.at]?.source ?? "";
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot tell which versions match the filter ${source}: it takes more than ${MAX_MILLISECONDS} ms; write it without a repetition inside of a repetition`,
      {},
      { cause },
    );
  }
}
