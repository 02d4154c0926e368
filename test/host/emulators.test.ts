/** Entries of binfmt_misc, as Linux shows them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseEmulator, readEmulators } from "../../src/host/emulators.js";
import { createFolder } from "../cli/run-cli.js";

const S390X = `enabled
interpreter /usr/bin/qemu-s390x-static
flags: OCF
offset 0
magic 7f454c4602020100000000000000000000020016
mask ffffffffffffff00fffffffffffffffffffeffff
`;
const AARCH64 = `enabled
interpreter /usr/bin/qemu-aarch64
flags: P
offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`;

test("the machine is told by the magic, in its byte order", () => {
  expect(parseEmulator(S390X)).toEqual({
    machine: "s390x",
    interpreter: "/usr/bin/qemu-s390x-static",
    isFixed: true,
  });
  expect(parseEmulator(AARCH64)).toEqual({ machine: "aarch64", interpreter: "/usr/bin/qemu-aarch64", isFixed: false });
});

test("what is off, or not about ELF files, is none", () => {
  expect(parseEmulator(S390X.replace("enabled", "disabled"))).toBeUndefined();
  expect(parseEmulator("enabled\ninterpreter /usr/bin/wine\nflags: \noffset 0\nmagic 4d5a\n")).toBeUndefined();
  expect(parseEmulator("enabled\ninterpreter /usr/bin/jar\nflags: \nextension .jar\n")).toBeUndefined();
  expect(parseEmulator("")).toBeUndefined();
});

test("a folder of entries counts where the whole is enabled", async () => {
  const folder = join(createFolder(), "binfmt_misc");
  expect(await readEmulators(folder)).toEqual([]);
  mkdirSync(folder);
  writeFileSync(join(folder, "qemu-s390x"), S390X);
  writeFileSync(join(folder, "qemu-aarch64"), AARCH64);
  writeFileSync(join(folder, "register"), "");
  writeFileSync(join(folder, "status"), "disabled\n");
  expect(await readEmulators(folder)).toEqual([]);
  writeFileSync(join(folder, "status"), "enabled\n");
  expect((await readEmulators(folder)).map(({ machine }) => machine)).toEqual(["aarch64", "s390x"]);
});
