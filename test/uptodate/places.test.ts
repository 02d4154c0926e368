/** Where files of a hierarchy are written, and where not: something is in the way, or leads elsewhere; all of them or none. */
import { readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { update, type UpdatedFile } from "../../src/update.js";
import { writeUpdate } from "../../src/write-update.js";
import { createListedSource, digestOf, writeFolder } from "./folders.js";

const SOURCE = createListedSource({ "docker.io/library/ubuntu": ["20.04", "22.04", "24.04"] });
const HIERARCHY = "dockerhierarchy:\n  container:\n    name: ubuntu\n";
const pinned = (tag: string): string => `ubuntu:${tag}@${digestOf(`docker.io/library/ubuntu:${tag}`)}`;
const run = async (folder: string): Promise<readonly UpdatedFile[]> =>
  update({ paths: [folder], source: SOURCE, labels: false });
const listAll = (folder: string): readonly string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe("a folder that something is in the way of", () => {
  test.each<readonly [string, (path: string) => void, string]>([
    [
      "a link that leads out",
      (path) => symlinkSync("../outside", path),
      "FOLDER/24.04 is a link that leads out of FOLDER, to OUTSIDE",
    ],
    [
      "a link that leads nowhere",
      (path) => symlinkSync("nowhere", path),
      "FOLDER/24.04 is a link that cannot be followed",
    ],
    ["a file", (path) => writeFileSync(path, ""), "FOLDER/24.04 is no folder"],
  ])("%s: it is told, nothing is written there, and the others are made", async (_, put, why) => {
    const parent = writeFolder({
      "images/uptodate.yaml": HIERARCHY,
      "images/22.04/Dockerfile": `FROM ${pinned("22.04")}\n`,
      "outside/README": "",
    });
    const folder = join(parent, "images");
    put(join(folder, "24.04"));
    const before = listAll(parent);
    const files = await run(folder);
    expect(files.find(({ file }) => file === join(folder, "24.04/Dockerfile"))).toMatchObject({
      changes: [],
      notes: [
        {
          line: 1,
          text: `it is not made: ${why.replaceAll("FOLDER", folder).replace("OUTSIDE", realpathSync(join(parent, "outside")))}`,
        },
      ],
    });
    await writeUpdate(files);
    expect(listAll(parent).filter((name) => !before.includes(name))).toEqual([
      "images/20.04",
      "images/20.04/Dockerfile",
    ]);
  });

  test("a link to a folder of the same hierarchy is followed", async () => {
    const folder = writeFolder({
      "uptodate.yaml": HIERARCHY,
      "22.04/Dockerfile": `FROM ${pinned("22.04")}\n`,
      "noble/README": "",
    });
    symlinkSync("noble", join(folder, "24.04"));
    await writeUpdate(await run(folder));
    expect(readFileSync(join(folder, "noble/Dockerfile"), "utf8")).toBe(`FROM ${pinned("24.04")}\n`);
  });
});

describe("files are written all or none", () => {
  const made = (folder: string, tag: string): UpdatedFile => ({
    ...{ file: join(folder, tag, "Dockerfile"), copiedFrom: join(folder, "22.04/Dockerfile") },
    ...{ before: new Uint8Array(), after: Buffer.from("FROM scratch\n"), changes: [], notes: [], warnings: [] },
  });

  test("where one has no place the others are as they were, and no folder is left behind", async () => {
    const folder = writeFolder({ "22.04/Dockerfile": "FROM ubuntu:22.04\n", "24.04": "" });
    const changed: UpdatedFile = { ...made(folder, "22.04"), file: join(folder, "22.04/Dockerfile") };
    const before = listAll(folder);
    await expect(writeUpdate([made(folder, "20.04"), changed, made(folder, "24.04")])).rejects.toMatchObject({
      code: "usage",
      message: `Cannot write ${folder}/24.04/Dockerfile: file already exists; nothing is written`,
    });
    expect(listAll(folder)).toEqual(before);
    expect(readFileSync(changed.file, "utf8")).toBe("FROM ubuntu:22.04\n");
  });

  test("where one cannot take its place in the end, those are named that have", async () => {
    const folder = writeFolder({ "22.04/Dockerfile": "FROM ubuntu:22.04\n", "23.04/Dockerfile/x": "" });
    const before = listAll(folder);
    const files = ["20.04", "23.04", "24.04"].map((tag) => made(folder, tag));
    await expect(writeUpdate(files)).rejects.toMatchObject({
      message: `Cannot write ${folder}/23.04/Dockerfile: illegal operation on a directory; written already: ${folder}/20.04/Dockerfile`,
    });
    expect(listAll(folder).filter((name) => !before.includes(name))).toEqual(["20.04", "20.04/Dockerfile"]);
  });
});
