/** What a Dockerfile is built from, and that editing it changes nothing else: the shapes that other tools read or write wrongly. */
import { describe, expect, test } from "vitest";
import { findBases, type Base } from "../../src/dockerfile/bases.js";
import { parseDockerfile } from "../../src/dockerfile/document.js";
import { editBase, type Wanted } from "../../src/dockerfile/edit-base.js";
import { applyEdits } from "../../src/dockerfile/span.js";

const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;

function basesOf(text: string): readonly Base[] {
  return findBases(parseDockerfile(text));
}

/** The file with every image made the wanted one; what cannot be written stays. */
function edit(text: string, wanted: Wanted): string {
  const edits = basesOf(text).flatMap((base) => {
    const made = base.kind === "image" ? editBase(base, wanted) : [];
    return "why" in made ? [] : made;
  });
  // A variable that two lines use is written once.
  return applyEdits(text, [...new Map(edits.map((one) => [`${one.start} ${one.end} ${one.text}`, one])).values()]);
}

describe("what is an image, and what is not", () => {
  test.each([
    ["a registry with a port", "FROM localhost:5000/img:tag\n", "image localhost:5000/img tag"],
    ["no tag", "FROM debian\n", "image debian undefined"],
    ["a digest and no tag", `FROM debian@${DIGEST}\n`, "image debian undefined"],
    ["scratch", "FROM scratch\n", "scratch"],
    ["an earlier stage, in any case", "FROM debian:12 AS Build\nFROM build\n", "image debian 12, stage"],
    [
      "a stage of that name further down",
      "FROM build\nFROM debian:12 AS build\n",
      "image build undefined, image debian 12",
    ],
    [
      "copied from an image, a stage and a number",
      "FROM debian:12 AS a\nFROM scratch\nCOPY --from=alpine:3 / /\nCOPY --from=a / /\nCOPY --from=0 / /\n",
      "image debian 12, scratch, image alpine 3, stage, stage",
    ],
    [
      "mounted from an image",
      "FROM debian:12\nRUN --mount=type=bind,from=busybox:1,target=/x true\n",
      "image debian 12, image busybox 1",
    ],
    ["FROM in a heredoc", "FROM debian:12\nRUN <<EOF\nFROM alpine:3\nEOF\n", "image debian 12"],
    ["FROM in a comment between lines that go on", "FROM \\\n# FROM alpine:3\n  debian:12\n", "image debian 12"],
    [
      "the escape character of Windows",
      "# escape=`\nFROM `\n debian:12\nRUN dir C:\\\nCOPY a C:\\\n",
      "image debian 12",
    ],
    ["ARG before FROM", "ARG TAG=12\nFROM debian:${TAG}-slim\n", "image debian 12-slim"],
    ["ARG of ARG", "ARG V=12\nARG TAG=$V-slim\nFROM debian:$TAG\n", "image debian 12-slim"],
    ["a default in FROM", "ARG TAG\nFROM debian:${TAG:-12}\n", "image debian 12"],
    ["an ARG without default", "ARG TAG\nFROM debian:$TAG\n", "unknown TAG has no default"],
    [
      "an ARG of another stage",
      "FROM debian:12\nARG TAG=3\nFROM alpine:$TAG\n",
      "image debian 12, unknown TAG has no default",
    ],
    ["ARG in quotes", 'ARG TAG="12"\nFROM debian:$TAG\n', "image debian 12"],
    [
      "a form that nobody follows here",
      "ARG V=12\nFROM debian:${V%2}\n",
      "unknown ${V%2} is written in a form that is not followed here",
    ],
    ["no name at all", "FROM De bian\n", "unknown De is no name of an image"],
    [
      "Windows' ends of lines and a mark before all",
      "\u00ef\u00bb\u00bfFROM debian:12\r\nFROM scratch\r\n",
      "image debian 12, scratch",
    ],
  ])("%s", (_, text, expected) => {
    const told = basesOf(text).map((base) => {
      if (base.kind === "image") return `image ${base.reference.name} ${base.reference.tag ?? "undefined"}`;
      return base.kind === "unknown" ? `unknown ${base.why}` : base.kind;
    });
    expect(told.join(", ")).toBe(expected);
  });
});

describe("an edit stands where tag and digest are written", () => {
  test.each([
    ["a digest is pinned", "FROM debian:12 AS x # c\n", { digest: DIGEST }, `FROM debian:12@${DIGEST} AS x # c\n`],
    ["a digest is refreshed", `FROM debian:12@${DIGEST}\n`, { digest: OTHER }, `FROM debian:12@${OTHER}\n`],
    [
      "the platform stays",
      "FROM --platform=$BUILDPLATFORM   debian:12\n",
      { digest: DIGEST },
      `FROM --platform=$BUILDPLATFORM   debian:12@${DIGEST}\n`,
    ],
    [
      "a line that goes on stays one",
      "FROM \\\n  debian:12 \\\n  AS a\n",
      { digest: DIGEST },
      `FROM \\\n  debian:12@${DIGEST} \\\n  AS a\n`,
    ],
    [
      "a port is no tag",
      "FROM localhost:5000/a\n",
      { tag: "2", digest: DIGEST },
      `FROM localhost:5000/a:2@${DIGEST}\n`,
    ],
    [
      "in the ARG that has the tag",
      "ARG TAG=12\nFROM debian:$TAG\n",
      { tag: "13", digest: DIGEST },
      `ARG TAG=13@${DIGEST}\nFROM debian:$TAG\n`,
    ],
    [
      "in the ARG that has all",
      'ARG BASE="debian:12"\nFROM $BASE\n',
      { tag: "13" },
      'ARG BASE="debian:13"\nFROM $BASE\n',
    ],
    ["in the default in FROM", "FROM debian:${TAG:-12}\n", { tag: "13" }, "FROM debian:${TAG:-13}\n"],
    [
      "nothing, where it is so already",
      `FROM debian:12@${DIGEST}\r\n`,
      { tag: "12", digest: DIGEST },
      `FROM debian:12@${DIGEST}\r\n`,
    ],
    [
      "nothing, where a tag is of two pieces",
      "ARG A=1\nFROM debian:${A}2\n",
      { tag: "13" },
      "ARG A=1\nFROM debian:${A}2\n",
    ],
    [
      "once, where two stages share it",
      "ARG T=3\nFROM alpine:$T\nFROM alpine:$T\n",
      { tag: "4" },
      "ARG T=4\nFROM alpine:$T\nFROM alpine:$T\n",
    ],
  ])("%s", (_, before, wanted: Wanted, after) => {
    expect(edit(before, wanted)).toBe(after);
    // Once more changes nothing.
    expect(edit(after, wanted)).toBe(after);
  });
});
