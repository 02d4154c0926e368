/**
 * Three hundred Dockerfiles of every shape that people write: each is read, everything in it is changed, and undone. What comes back
 * is the file, byte for byte, and no byte outside the places that were to change has moved.
 */
import { DockerfileParser } from "dockerfile-ast";
import { describe, expect, test } from "vitest";
import { findBases } from "../../src/dockerfile/bases.js";
import { parseDockerfile } from "../../src/dockerfile/document.js";
import { editBase } from "../../src/dockerfile/edit-base.js";
import { editLabels, type WantedLabels } from "../../src/dockerfile/edit-labels.js";
import { moveTag } from "../../src/dockerfile/move-tag.js";
import { applyEdits, toBytes, toText, type Edit } from "../../src/dockerfile/span.js";
import { createRandom } from "../support/elf-mutation.js";

const NAMES = [
  "debian",
  "localhost:5000/team/app",
  "ghcr.io/a-b/c_d",
  "python",
  "registry.example:443/x/y/z",
  "mcr.example/win",
];
const TAGS = ["", ":12", ":3.12-slim", ":v1.2.3", ":bookworm-20240101"];
const KEY = "org.opencontainers.image.base.name";
const DIGEST_KEY = "org.opencontainers.image.base.digest";
const digestOf = (digit: number): string => `sha256:${String(digit).repeat(64)}`;

/** One file: directives, ARG, stages with what stands in them, in one of the two ends of lines, with bytes that are no UTF-8. */
function makeDockerfile(seed: number): string {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
  const chance = (part: number): boolean => random(100) < 100 * part;
  const escape = chance(0.2) ? "`" : "\\";
  const goesOn = (): string => (chance(0.3) ? ` ${escape}\n${chance(0.3) ? "  # FROM comment:1\n" : ""}    ` : " ");
  const lines: string[] = [];
  if (escape === "`") lines.push("# escape=`");
  else if (chance(0.3)) lines.push("# syntax=docker/dockerfile:1");
  const keyword = (word: string): string => (chance(0.2) ? word.toLowerCase() : word);
  const args = ["TAG", "BASE", "V"].filter(() => chance(0.5));
  for (const name of args) {
    const value = name === "BASE" ? `${pick(NAMES)}${pick(TAGS)}` : pick(["12", "3.9", "1.2.3"]);
    lines.push(`${keyword("ARG")} ${name}=${chance(0.3) ? `"${value}"` : value}${chance(0.1) ? "  " : ""}`);
  }
  const toImage = (): string => {
    if (args.includes("BASE") && chance(0.3)) return "${BASE}";
    if (args.includes("TAG") && chance(0.3)) return `${pick(NAMES)}:$TAG-slim`;
    if (args.includes("V") && chance(0.2)) return `${pick(NAMES)}:\${V:-7}`;
    return `${pick(NAMES)}${pick(TAGS)}${chance(0.3) ? `@${digestOf(7)}` : ""}`;
  };
  const stages = 1 + random(3);
  for (let stage = 0; stage < stages; stage += 1) {
    const image = chance(0.1) ? "scratch" : stage > 0 && chance(0.3) ? `stage${stage - 1}` : toImage();
    const platform = chance(0.3) ? ` --platform=${pick(["linux/arm64", "$BUILDPLATFORM"])}` : "";
    lines.push(`${chance(0.1) ? "  " : ""}${keyword("FROM")}${platform}${goesOn()}${image}${goesOn()}AS stage${stage}`);
    const others = [
      () => `LABEL a=b${goesOn()}${KEY}="old:1"${goesOn()}c='d e'`,
      () => `LABEL ${KEY}=old:1`,
      () => `LABEL${goesOn()}${KEY}=old:1${goesOn()}${DIGEST_KEY}='x'`,
      () => `LABEL a=1${goesOn()}${DIGEST_KEY}=x${goesOn()}${KEY}=old:1${goesOn()}`.trimEnd(),
      () => `LABEL${goesOn()}path=C:${escape === "`" ? "\\dir\\" : "/dir/`"}${goesOn()}${KEY}=old:1`,
      () => `LABEL maintainer someone \u00e9 \u00ff\u0080`,
      () => `RUN echo "FROM debian:1" && true${goesOn()}&& ls`,
      () => `RUN <<EOF\nFROM alpine:3\nLABEL ${KEY}=x\nEOF`,
      () => `COPY --from=${toImage()} /a /b`,
      () => `RUN --mount=type=bind,from=busybox:1,target=/x true`,
      () => `ENV X=1 Y="two words"`,
      () => "",
      () => "# FROM nothing:1",
    ];
    for (let index = random(6); index > 0; index -= 1) lines.push(pick(others)());
  }
  const text = lines.join("\n") + (chance(0.8) ? "\n" : "");
  return chance(0.3) ? text.replaceAll("\n", "\r\n") : text;
}

const toWanted = (digit: number): WantedLabels => new Map([[KEY, `docker.io/library/x:${digit}`]]);

function editsFor(text: string, digit: number, wanted: WantedLabels = toWanted(digit)): readonly Edit[] {
  const document = parseDockerfile(text);
  const ofBases = findBases(document).flatMap((base) => {
    const made = base.kind === "image" ? editBase(base, { digest: digestOf(digit) }) : [];
    return "why" in made ? [] : made;
  });
  const all = [...ofBases, ...document.stages.flatMap((stage) => editLabels(document, stage, wanted))];
  return [...new Map(all.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit])).values()];
}

/** The edits that take edits back. */
function undo(text: string, edits: readonly Edit[]): readonly Edit[] {
  let shift = 0;
  return [...edits]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text: put }) => {
      const back = { start: start + shift, end: start + shift + put.length, text: text.slice(start, end) };
      shift += put.length - (end - start);
      return back;
    });
}

describe("Dockerfiles of any shape", () => {
  const files = Array.from({ length: 300 }, (_, seed) => makeDockerfile(seed));

  test("are edited and undone to the same bytes", () => {
    let changed = 0;
    for (const text of files) {
      const edits = editsFor(text, 1);
      const edited = applyEdits(text, edits);
      expect(applyEdits(edited, undo(text, edits))).toBe(text);
      expect(Buffer.from(toBytes(toText(toBytes(edited)))).equals(Buffer.from(toBytes(edited)))).toBe(true);
      if (edited !== text) changed += 1;
    }
    expect(changed).toBeGreaterThan(250);
  });

  test("do not change when the same is wanted again, and have what was wanted", () => {
    for (const text of files) {
      const edited = applyEdits(text, editsFor(text, 1));
      expect(editsFor(edited, 1), edited).toEqual([]);
      const images = findBases(parseDockerfile(edited)).filter((base) => base.kind === "image");
      expect(images.filter(({ reference }) => reference.digest !== digestOf(1))).toEqual([]);
    }
  });

  test("are made for another tag, and for the old one again, with nothing else changed", () => {
    let moved = 0;
    for (const text of files) {
      const base = findBases(parseDockerfile(text)).find((one) => one.kind === "image" && one.isBase);
      if (base?.kind !== "image" || base.reference.tag === undefined) continue;
      const { name, tag } = base.reference;
      const made = moveTag(text, { name, from: tag, to: "99" });
      if ("why" in made) continue;
      const back = moveTag(made.text, { name, from: "99", to: tag });
      if ("why" in back) throw new Error(back.why);
      // A digest is that of the old tag, and goes.
      const ofTag = new RegExp(`(${name}:${tag})@${digestOf(7)}`, "g");
      expect(back.text).toBe(text.replaceAll(ofTag, "$1"));
      moved += 1;
    }
    expect(moved).toBeGreaterThan(100);
  });

  test("have the same stages, instructions and other labels after an edit", () => {
    for (const text of files) {
      const before = parseDockerfile(text);
      const after = parseDockerfile(applyEdits(text, editsFor(text, 1)));
      expect(after.stages.map(({ name, platform }) => [name, platform])).toEqual(
        before.stages.map(({ name, platform }) => [name, platform]),
      );
      const others = ({ stages }: typeof before) =>
        stages.flatMap(({ labels }) =>
          labels.flatMap(({ pairs }) => pairs.flatMap(({ key, value }) => (key === KEY ? [] : [[key, value]]))),
        );
      expect(others(after)).toEqual(others(before));
    }
  });

  test.each<readonly [string, WantedLabels]>([
    ["a label written", toWanted(1)],
    ["one taken out", new Map([[KEY, undefined]])],
    [
      "two taken out",
      new Map([
        [KEY, undefined],
        [DIGEST_KEY, undefined],
      ]),
    ],
    [
      "one taken out and one written",
      new Map([
        [KEY, undefined],
        [DIGEST_KEY, digestOf(1)],
      ]),
    ],
  ])("have the same instructions, but for LABEL, and the same other labels, with %s", (_, wanted) => {
    const listKeywords = (text: string): readonly string[] =>
      DockerfileParser.parse(text)
        .getInstructions()
        .map((one) => one.getKeyword());
    const listOthers = (text: string) =>
      parseDockerfile(text).stages.map(({ labels, image }) => [
        image.text.replace(/@.*/, ""),
        labels.flatMap(({ pairs }) => pairs.flatMap(({ key, value }) => (wanted.has(key) ? [] : [[key, value]]))),
      ]);
    let removed = 0;
    for (const text of files) {
      const edited = applyEdits(text, editsFor(text, 1, wanted));
      const count = (of: string): number => listKeywords(of).filter((word) => word === "LABEL").length;
      expect(
        listKeywords(edited).filter((word) => word !== "LABEL"),
        text,
      ).toEqual(listKeywords(text).filter((word) => word !== "LABEL"));
      expect(listOthers(edited), text).toEqual(listOthers(text));
      const kept = parseDockerfile(edited).stages.flatMap(({ labels }) => labels.flatMap(({ pairs }) => pairs));
      for (const [key, value] of wanted)
        expect([...new Set(kept.filter((pair) => pair.key === key).map((pair) => pair.value))], text).toEqual(
          value === undefined ? [] : [value],
        );
      if (count(edited) < count(text)) removed += 1;
    }
    if ([...wanted.values()].every((value) => value === undefined)) expect(removed).toBeGreaterThan(20);
  });
});
