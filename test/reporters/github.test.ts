/** Annotations as GitHub's runner reads them: what it parses a command by is done to each line here, and must give back the words. */
import { describe, expect, test } from "vitest";
import { toDisplayText } from "../../src/display-text.js";
import type { Report } from "../../src/report.js";
import { renderGithub } from "../../src/reporters/github.js";
import {
  everyVerdict,
  gateOf,
  HOSTILE_NAMES,
  hostileReport,
  manyFindings,
  mountOf,
  wholeReport,
} from "./hostile-report.js";
import { lacksVersion } from "./report-builder.js";

interface Command {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const DATA: readonly (readonly [string, string])[] = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%25", "%"],
];
const PROPERTY: typeof DATA = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%3A", ":"],
  ["%2C", ","],
  ["%25", "%"],
];

function unescape(text: string, table: typeof DATA): string {
  return table.reduce((value, [escaped, character]) => value.replaceAll(escaped, character), text);
}

/** A line as the runner splits it: at the next `::`, at commas, at the first equals sign, and back in its order. */
function parseCommand(line: string): Command {
  const end = line.indexOf("::", 2);
  expect([line.startsWith("::"), end > 0]).toEqual([true, true]);
  const [kind = "", ...rest] = line.slice(2, end).split(" ");
  const pairs = rest
    .join(" ")
    .split(",")
    .map((pair) => pair.split(/=(.*)/s));
  return {
    kind,
    properties: Object.fromEntries(pairs.map(([key = "", value = ""]) => [key, unescape(value, PROPERTY)])),
    message: unescape(line.slice(end + 2), DATA),
  };
}

function render(report: Report, failOn: Parameters<typeof gateOf>[1] = "risky"): readonly Command[] {
  const text = renderGithub([report], { width: 100, color: false }, [gateOf(report, failOn)]);
  return text.split("\n").slice(0, -1).map(parseCommand);
}

describe("kinds", () => {
  test("what the gate stops is an error, the gate's own word and the worst first", () => {
    const name = "registry.example/team/app:1";
    expect(render(everyVerdict()).map(({ kind, properties }) => [kind, properties["title"]])).toEqual([
      ["error", `${name}: the gate fails`],
      ["error", `${name}: libunsafe.so.1 is unsafe`],
      ["error", `${name}: libunknown.so.1 is unknown`],
      ["error", `${name}: libsafe-with.so.1 is safe-with`],
      ["error", `${name}: librisky.so.1 is risky`],
    ]);
  });

  test("what it does not stop is a warning", () => {
    expect(render(everyVerdict(), "never").map(({ kind }) => kind)).toEqual(Array(4).fill("warning"));
  });

  test("nothing is said where all may be mounted", () => {
    expect(render(wholeReport([mountOf("safe"), mountOf("loads")]))).toEqual([]);
  });

  test("a library that fails without a finding is named by the gate", () => {
    const report = wholeReport([mountOf("safe")]);
    expect(render(report, "safe")).toMatchObject([{ kind: "error", message: "libsafe.so.1" }]);
  });
});

test("a command has the file of the image, the reason and the loader's words on a line of their own", () => {
  const [, unsafe] = render(everyVerdict());
  expect(unsafe?.properties["file"]).toBe("usr/bin/app");
  expect(unsafe?.message).toBe(
    "The host's libunsafe.so.1 needs GLIBC_2.38, which the image's /lib/libc.so.6 does not define [version-not-defined]\n/lib/libc.so.6: version `GLIBC_2.38' not found (required by /lib/libunsafe.so.1)",
  );
});

test("a library with many reasons is one annotation", () => {
  const findings = Array.from({ length: 50 }, (_, index) => lacksVersion("liba.so.1", `GLIBC_2.${index}`));
  expect(render(wholeReport([mountOf("unsafe", findings, "liba.so.1")]))).toHaveLength(2);
});

test("ten of ten thousand: the last tells of the others", () => {
  const commands = render(manyFindings(10_000));
  expect(commands).toHaveLength(10);
  expect(commands[0]?.properties["title"]).toContain("the gate fails");
  expect(commands.at(-1)?.properties["title"]).toBe("containerspec: 9992 more");
});

test.each(HOSTILE_NAMES)("the name %j comes through as it is shown, and starts no other command", (name) => {
  const report = wholeReport([
    mountOf("unsafe", [lacksVersion(name, "GLIBC_2.38", { subjects: [`/usr/bin/${name}`] })], name),
  ]);
  const commands = render(report);
  expect(commands.map(({ kind }) => kind)).toEqual(["error", "error"]);
  expect(commands[1]?.properties["title"]).toBe(`registry.example/team/app:1: ${toDisplayText(name)} is unsafe`);
  expect(commands[1]?.message).toContain(`The host's ${toDisplayText(name)} needs`);
  expect(Object.keys(commands[1]?.properties ?? {})).toEqual(["file", "title"]);
});

test("hostile names everywhere give commands of two kinds alone", () => {
  expect(new Set(render(hostileReport()).map(({ kind }) => kind))).toEqual(new Set(["error"]));
});
