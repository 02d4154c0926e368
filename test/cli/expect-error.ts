/** What every error looks like: one sentence on standard error, nothing on standard output, no stack. */
import { expect } from "vitest";
import type { Run } from "./run-cli.js";

/** @param parts what the sentence must say: what was found, what was expected, where, what to do */
export function expectError({ status, stdout, stderr }: Run, exit: number, parts: readonly (string | RegExp)[]): void {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^containerspec: [A-Z][^\n]*[^.\n]\n$/);
  expect(stderr).not.toMatch(/\bat [^\n]*:\d+:\d+|Error:|ENOENT|undefined|\[object/);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(status).toBe(exit);
}
