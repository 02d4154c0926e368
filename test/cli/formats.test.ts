/** How a report is laid out for where it goes: the width of the terminal, if it knows it, and colours as the user wants them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { collectFormat, sortOutputs } from "../../src/cli/formats.js";
import { standardOutput } from "../../src/cli/terminal.js";

const { isTTY, columns } = process.stdout;

function setTerminal(terminal: { readonly isTTY: boolean; readonly columns?: number | undefined }): void {
  Object.assign(process.stdout, { columns: undefined, ...terminal });
}

afterEach(() => {
  Object.assign(process.stdout, { isTTY, columns });
  vi.unstubAllEnvs();
});

describe("the width", () => {
  test.each([
    ["of a pipe", { isTTY: false }, 100],
    ["of a terminal", { isTTY: true, columns: 90 }, 90],
    ["of a wide terminal, in which nobody reads long lines", { isTTY: true, columns: 300 }, 120],
    ["of a terminal that is hardly there", { isTTY: true, columns: 8 }, 40],
    ["of a terminal of no known size", { isTTY: true, columns: 0 }, 80],
    ["of a terminal that does not say", { isTTY: true }, 80],
  ])("%s", (_, terminal, width) => {
    setTerminal(terminal);
    expect(standardOutput().width).toBe(width);
  });
});

describe("colours", () => {
  test.each<[string, boolean, Record<string, string | undefined>, boolean]>([
    ["on a terminal", true, {}, true],
    ["on a terminal that knows none", true, { TERM: "dumb" }, false],
    ["not in a pipe", false, {}, false],
    ["not where they are not wanted", true, { NO_COLOR: "1" }, false],
    ["where NO_COLOR is empty, which says nothing", true, { NO_COLOR: "" }, true],
    ["in a pipe where they are forced", false, { FORCE_COLOR: "1" }, true],
    ["on a dumb terminal where they are forced", true, { FORCE_COLOR: "1", TERM: "dumb" }, true],
    ["not on a terminal where force is none", true, { FORCE_COLOR: "0" }, false],
    ["not on a terminal where force is false", true, { FORCE_COLOR: "false" }, false],
    ["not where one forces and the other forbids", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("%s", (_, isTerminal, env, expected) => {
    setTerminal({ isTTY: isTerminal, columns: 80 });
    const unset = { NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: "xterm" };
    for (const [name, value] of Object.entries({ ...unset, ...env })) vi.stubEnv(name, value);
    expect(standardOutput().color).toBe(expected);
  });
});

describe("several formats", () => {
  test("go to files first", () => {
    const outputs = ["text", "json=a.json", "text=b.txt"].reduce<ReturnType<typeof collectFormat>>(
      (before, value) => collectFormat(value, before),
      [],
    );
    expect(sortOutputs(outputs).map(({ file }) => file)).toEqual(["a.json", "b.txt", undefined]);
  });

  test("have a file each", () => {
    const before = collectFormat("json=reports/a");
    expect(() => collectFormat("text=./reports/../reports/a", before)).toThrow("Only one format can go to a file");
    expect(collectFormat("text=reports/b", before)).toHaveLength(2);
  });
});
