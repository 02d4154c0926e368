/**
 * Six things that uptodate, which `update` takes the place of, gets wrong, as its code reads: https://github.com/vsoch/uptodate. Each is here
 * what a user would see of it.
 */
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { listBuilds } from "../../src/list-builds.js";
import { renderMatrix, toMatrixRows } from "../../src/reporters/update-matrix.js";
import { update } from "../../src/update.js";
import { createListedSource, digestOf, writeFolder } from "../uptodate/folders.js";

const SOURCE = createListedSource({
  "localhost:5000/team/app": ["1.2"],
  "docker.io/library/debian": ["12"],
  "docker.io/library/builder": ["latest"],
  "docker.io/library/ubuntu": ["9.10", "20.04", "20.04.6", "22.04", "24.04", "3.1"],
});
const APP = digestOf("localhost:5000/team/app:1.2");
const DEBIAN = digestOf("docker.io/library/debian:12");

/** The Dockerfile as it should be. */
async function bring(text: string): Promise<string> {
  const folder = writeFolder({ Dockerfile: text });
  const [file] = await update({ paths: [folder], source: SOURCE, labels: false });
  return Buffer.from(file?.after ?? []).toString();
}

describe("the six defects of uptodate are none here", () => {
  test("1: the colon of a registry's port begins no tag", async () => {
    expect(await bring("FROM localhost:5000/team/app:1.2\n")).toBe(`FROM localhost:5000/team/app:1.2@${APP}\n`);
  });

  test("2: --platform stays where it is", async () => {
    expect(await bring("FROM --platform=$BUILDPLATFORM debian:12 AS build\n")).toBe(
      `FROM --platform=$BUILDPLATFORM debian:12@${DEBIAN} AS build\n`,
    );
  });

  test("3: FROM and ARG over several lines stay so, and nothing of the old one is left", async () => {
    expect(await bring("ARG TAG=\\\n  12\nFROM \\\n  # the base\n  debian:12 \\\n  AS build\nRUN true\n")).toBe(
      `ARG TAG=\\\n  12\nFROM \\\n  # the base\n  debian:12@${DEBIAN} \\\n  AS build\nRUN true\n`,
    );
    expect(await bring("ARG \\\n  TAG=12\nFROM debian:${TAG}\n")).toBe(
      `ARG \\\n  TAG=12@${DEBIAN}\nFROM debian:\${TAG}\n`,
    );
  });

  test("4: stages and scratch are no images, whatever images there are of that name", async () => {
    const text = `FROM debian:12@${DEBIAN} AS builder\nFROM builder AS test\nFROM scratch\nCOPY --from=builder /a /a\n`;
    expect(await bring(text)).toBe(text);
  });

  test("5: a new folder's Dockerfile names the new tag, in every hierarchy", async () => {
    const yaml = 'dockerhierarchy: { container: { name: ubuntu, filter: ["^2.[.]04$"] } }\n';
    const folder = writeFolder({
      "a/uptodate.yaml": yaml,
      "a/22.04/Dockerfile": "FROM ubuntu:22.04\nRUN one\n",
      "b/uptodate.yaml": yaml,
      "b/20.04/Dockerfile": "FROM ubuntu:20.04\nRUN two\n",
    });
    const files = await update({ paths: [folder], source: SOURCE, labels: false, digests: false });
    const made = files.flatMap(({ file, copiedFrom, after }) =>
      copiedFrom === undefined ? [] : [`${relative(folder, file)}: ${Buffer.from(after).toString()}`],
    );
    expect(made).toEqual([
      "a/20.04/Dockerfile: FROM ubuntu:20.04\nRUN one\n",
      "a/24.04/Dockerfile: FROM ubuntu:24.04\nRUN one\n",
      "b/22.04/Dockerfile: FROM ubuntu:22.04\nRUN two\n",
      "b/24.04/Dockerfile: FROM ubuntu:24.04\nRUN two\n",
    ]);
  });

  test("6: a matrix of nothing is empty; versions are ordered as such, and one of three parts drops none of two", async () => {
    expect(renderMatrix(toMatrixRows([], []), "dockerbuild")).toBe("[]");
    const folder = writeFolder({
      "x/uptodate.yaml": "dockerbuild: { build_args: { release: { type: container, name: ubuntu } } }\n",
      "x/Dockerfile": "FROM scratch\n",
    });
    const builds = await listBuilds({ paths: [join(folder, "x")], source: SOURCE });
    expect(builds.map(({ args }) => args.get("release"))).toEqual([
      "3.1",
      "9.10",
      "20.04",
      "20.04.6",
      "22.04",
      "24.04",
    ]);
  });
});
