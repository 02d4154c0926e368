/** One library in the text report: what is the same of several findings is said once. */
import { expect, test } from "vitest";
import { createStyle } from "../../src/reporters/terminal.js";
import { renderMount } from "../../src/reporters/text-mount.js";
import { lacksVersion, unsafeMount } from "./report-builder.js";

const terminal = { width: 80, color: false };
const render = (mount: Parameters<typeof renderMount>[0], aliases?: readonly string[]): readonly string[] =>
  renderMount(mount, terminal, createStyle(false), aliases);

test("the loader's words and the consumers stand once for several versions", () => {
  const findings = ["V_1", "V_2", "V_3"].map((version) => lacksVersion("libx.so.1", version));
  expect(render(unsafeMount("libx.so.1", findings))).toEqual([
    "  libx.so.1  at /lib/libx.so.1",
    "    The host's libx.so.1 needs V_1, V_2 and V_3, which the image's",
    "    /lib/libc.so.6 does not define [version-not-defined]",
    "    | /lib/libc.so.6: version `V_1' not found (required by /lib/libx.so.1)",
    "    concerns /usr/bin/app",
  ]);
});

test("other consumers, and another rule, make a block of their own", () => {
  const lines = render(
    unsafeMount("libx.so.1", [
      lacksVersion("libx.so.1", "V_1"),
      lacksVersion("libx.so.1", "V_2", { subjects: ["/usr/bin/other"] }),
      lacksVersion("libx.so.1", "V_3", { subjects: ["/usr/bin/other"], rule: "symbol-not-defined" }),
    ]),
  );
  expect(lines.filter((line) => line.startsWith("    | ")).map((line) => /V_\d/.exec(line)?.[0])).toEqual([
    "V_1",
    "V_2",
    "V_3",
  ]);
  expect(lines.filter((line) => line.startsWith("    concerns"))).toHaveLength(3);
});

test("what is left out is counted in findings, not in blocks; notes are none of them", () => {
  const many = ["a", "b", "c", "d", "e"].flatMap((consumer) =>
    ["V_1", "V_2"].map((version) => lacksVersion("libx.so.1", version, { subjects: [`/bin/${consumer}`] })),
  );
  const note = lacksVersion("libx.so.1", "V_9", { severity: "note" });
  expect(render(unsafeMount("libx.so.1", [...many, note])).at(-1)).toBe(
    "    and 4 more findings, all in --format json",
  );
});

test("a title that is too long for the line is broken", () => {
  const mount = unsafeMount("libx.so.1", [], { target: "/usr/lib/x86_64-linux-gnu/a/long/folder/libx.so.1" });
  expect(render(mount, ["libx.so.1.2.3", "libx.so.1.2"])).toEqual([
    "  libx.so.1, libx.so.1.2.3, libx.so.1.2",
    "    at /usr/lib/x86_64-linux-gnu/a/long/folder/libx.so.1",
  ]);
});
