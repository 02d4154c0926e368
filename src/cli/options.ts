/** How option values are read: each parser says what was found and what was expected. */
import { InvalidArgumentError } from "commander";

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** "NAME=VALUE" pairs, the later over the earlier. */
export function collectEnv(
  value: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const equals = value.indexOf("=");
  if (equals <= 0) throw new InvalidArgumentError("Expected NAME=VALUE, such as LD_LIBRARY_PATH=/opt/lib.");
  return new Map([...before, [value.slice(0, equals), value.slice(equals + 1)]]);
}
