/** What must be mounted along with a set: what the image lacks, or else what it has in another release. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyze, readHost, type AnalyzeOptions, type Report } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { calls, gives, installed, type Files } from "../support/story-files.js";
import { debian12, debian13, MULTIARCH } from "../support/story-systems.js";
import { writeScene } from "../support/story.js";

const folder = createFolder();

const elf = (...names: readonly string[]): Files =>
  installed(`${MULTIARCH}/libelf.so.1`, {
    soname: "libelf.so.1",
    symbols: gives(...names.map((name) => `${name}@ELF_${name}`)),
  });
const user = (soname: string, needed: readonly string[], name: string): Files =>
  installed(`${MULTIARCH}/${soname}`, {
    soname,
    needed,
    symbols: [...gives(`own@${soname}`), ...calls("libelf.so.1", `${name}@ELF_${name}`)],
  });
const spare = installed(`${MULTIARCH}/libspare.so.1`, { soname: "libspare.so.1", symbols: gives("spare@SPARE") });

async function ask(name: string, image: Files, options: Partial<AnalyzeOptions>): Promise<Report["set"]> {
  const place = join(folder, name);
  const host = debian13({
    ...elf("old", "new"),
    ...spare,
    ...user("libnuma.so.1", ["libelf.so.1", "libspare.so.1"], "new"),
    ...user("libhwloc.so.15", ["libelf.so.1"], "new"),
  });
  writeScene({ image: { layers: [debian12(image)] }, host, expected: { findings: [] } }, place);
  const { set } = await analyze(join(place, "image.tar"), { host: await readHost(join(place, "host")), ...options });
  return set;
}

const both = { libraries: ["libnuma.so.1", "libhwloc.so.15"], asSet: true };

test("what the image has in a release that will not do", async () => {
  const set = await ask("older", { ...elf("old"), ...spare }, both);
  expect(set).toMatchObject({ loader: "broken", verdict: "safe-with", suggested: ["libelf.so.1"] });
});

test("what the image lacks is enough where it is", async () => {
  const set = await ask("lacking", elf("old", "new"), both);
  expect(set).toMatchObject({ loader: "broken", verdict: "safe-with", suggested: ["libspare.so.1"] });
});

test("what is of the set already is no companion", async () => {
  const set = await ask("whole", elf("old"), {
    ...both,
    libraries: [...both.libraries, "libelf.so.1", "libspare.so.1"],
  });
  expect(set).toMatchObject({ loader: "ok", verdict: "safe", suggested: [] });
});
