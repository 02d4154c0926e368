/**
 * Files that contradict themselves: a program is reached by being started, so that what cannot be read of it is a doubt about
 * every mount that it may use. What no loader touches is no damage, and a file that nobody starts is a note.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFolder } from "../cli/run-cli.js";
import type { ElfDescription } from "../support/elf-description.js";
import { layoutElf } from "../support/elf-builder.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import { PT } from "../support/elf-segments.js";
import { calls, gives, installed, X86_64_INTERPRETER, type Files, type StoryFile } from "../support/story-files.js";
import { debian12, MULTIARCH } from "../support/story-systems.js";
import { playScene } from "../support/story-play.js";
import type { StoryOptions } from "../support/story.js";

const folder = createFolder();
const NOWHERE = 0x7000_0000;
const LIBZ = `${MULTIARCH}/libz.so.1`;
const whole = installed(LIBZ, { soname: "libz.so.1", symbols: gives("inflate@ZLIB_1.2.0", "crc32@ZLIB_1.2.9") });
const withoutVersion = installed(LIBZ, { soname: "libz.so.1", symbols: gives("inflate@ZLIB_1.2.0", "crc32") });
const withoutSymbol = installed(LIBZ, { soname: "libz.so.1", symbols: gives("inflate@ZLIB_1.2.0", "x@ZLIB_1.2.9") });

const LIBRARY: ElfDescription = {
  needed: ["libz.so.1"],
  symbols: [...calls("libz.so.1", "crc32@ZLIB_1.2.9"), { name: "never_used", defined: false, uses: [] }],
};
const USER: ElfDescription = { interp: X86_64_INTERPRETER, ...LIBRARY };

/** A file of the image, with something wrong in it. */
function spoiled(description: ElfDescription, spoil: (editor: ElfEditor) => ElfEditor, mode = 0o755): StoryFile {
  return { bytes: spoil(new ElfEditor(layoutElf(description))).bytes, mode };
}

const withoutSymbols = (editor: ElfEditor): ElfEditor => editor.tag(DT.SYMTAB, NOWHERE);
const withoutTags = (editor: ElfEditor): ElfEditor =>
  editor.segment(PT.DYNAMIC, "p_vaddr", NOWHERE).segment(PT.DYNAMIC, "p_offset", NOWHERE);

let count = 0;

/** What becomes of the host's libz: "verdict: rules", then the rules about the image. */
async function judge(files: Files, libzOfHost: Files, options: StoryOptions = {}) {
  count += 1;
  const scene = {
    image: { layers: [debian12({ ...whole, ...files })] },
    host: debian12(libzOfHost),
    library: "libz.so.1",
    options,
    expected: { findings: [] },
  };
  const { mounts, image } = await playScene(scene, join(folder, String(count)));
  const [mount] = mounts;
  return {
    outcome: `${mount?.loader} ${mount?.verdict}: ${mount?.findings.map(({ rule }) => rule).join(", ")}`,
    findings: mount?.findings ?? [],
    about: image.findings.map(({ message }) => message),
  };
}

describe("a program with a damaged symbol table", () => {
  const program = { "/usr/bin/pack": spoiled(USER, withoutSymbols) };

  test("is not damaged where only a name is wrong that no loader reads", async () => {
    // The last symbol is the one that no relocation uses.
    const lastName = (editor: ElfEditor): ElfEditor => editor.inSection(".dynsym", 2 * 24, "word", 0xffff);
    const files = { "/usr/bin/pack": spoiled(USER, lastName) };
    expect(await judge(files, withoutVersion)).toMatchObject({
      outcome: "broken unsafe: version-not-defined, unversioned-symbols",
      about: [],
    });
    expect(await judge(files, whole)).toMatchObject({ outcome: "ok safe: ", about: [] });
  });

  test("still breaks for want of a version, which stands elsewhere", async () => {
    const { findings } = await judge(program, withoutVersion);
    expect(findings.map(({ rule }) => rule)).toContain("version-not-defined");
  });

  test("makes a mount that it uses unknown, however good it looks", async () => {
    for (const host of [whole, withoutSymbol]) {
      const { outcome, findings, about } = await judge(program, host);
      expect(outcome).toBe("unknown unknown: elf-unreadable");
      expect(findings[0]?.subjects).toEqual(["/usr/bin/pack"]);
      expect(findings[0]?.message).toBe(
        `The image's /usr/bin/pack could not be read, so that nobody can say what it takes from others: Cannot read ELF: DT_SYMTAB points to an address that no segment maps (offset 0x70000000, file ${layoutElf(USER).bytes.length} bytes)`,
      );
      expect(about).toEqual([
        "A program of the image cannot be read and is a doubt about every library that it may use: /usr/bin/pack",
      ]);
    }
  });

  test("does not matter to a library that nothing it needs leads to", async () => {
    const other = { ...USER, needed: ["libother.so.1"], symbols: [] };
    const files = {
      "/usr/bin/pack": spoiled(other, withoutSymbols),
      ...installed(`${MULTIARCH}/libother.so.1`, { soname: "libother.so.1" }),
    };
    expect((await judge(files, withoutSymbol)).outcome).toBe("ok safe: ");
  });
});

describe("a program whose libraries cannot be known", () => {
  const program = spoiled(USER, withoutTags);

  test("makes every mount unknown", async () => {
    const { outcome, findings, about } = await judge({ "/usr/bin/pack": program }, whole);
    expect(outcome).toBe("unknown unknown: elf-unreadable");
    expect(findings).toMatchObject([{ severity: "unknown", subjects: ["/usr/bin/pack"] }]);
    expect(findings[0]?.message).toContain(
      "The image's /usr/bin/pack could not be read, so that nobody can say whether it uses libz.so.1: Cannot read ELF: PT_DYNAMIC points past the end",
    );
    expect(about).toHaveLength(1);
  });

  test.each<[string, Files, StoryOptions]>([
    ["it is not started: no executable bit", { "/usr/share/doc/pack": { ...program, mode: 0o644 } }, {}],
    ["it is not started: no PT_INTERP", { "/usr/bin/pack": spoiled(LIBRARY, withoutTags) }, {}],
    [
      "the kernel refuses its PT_INTERP",
      {
        "/usr/bin/pack": spoiled(USER, (editor) => withoutTags(editor).segment(PT.INTERP, "p_offset", NOWHERE)),
      },
      {},
    ],
    ["it is of another machine", { "/usr/bin/pack": spoiled({ ...USER, machine: "i386" }, withoutTags) }, {}],
    [
      "others are asked about",
      { "/usr/bin/pack": program, "/usr/bin/zip": spoiled(USER, (editor) => editor) },
      { consumers: ["/usr/bin/zip"] },
    ],
  ])("makes none unknown where %s", async (_, files, options) => {
    const { outcome, about } = await judge(files, whole, options);
    expect(outcome).toBe("ok safe: ");
    expect(about).toHaveLength(1);
  });
});

test("a program that a mount covers is no doubt any more", async () => {
  const verdictOf = async (mounts: readonly string[]) => {
    count += 1;
    const scene = {
      image: { layers: [debian12({ ...whole, "/usr/bin/pack": spoiled(USER, withoutTags) })] },
      host: debian12({ ...whole, "/usr/bin/pack": spoiled(USER, (editor) => editor) }),
      options: { mounts },
      expected: { findings: [] },
    };
    return (await playScene(scene, join(folder, String(count)))).set?.verdict;
  };
  expect(await verdictOf([`${LIBZ}:${LIBZ}`])).toBe("unknown");
  expect(await verdictOf([`${LIBZ}:${LIBZ}`, "/usr/bin/pack:/usr/bin/pack"])).toBe("loads");
  expect(await verdictOf([`${LIBZ}:${LIBZ}`, "/usr/bin:/usr/bin"])).toBe("loads");
});

describe("a damaged library", () => {
  const needsLibz: ElfDescription = { ...LIBRARY, soname: "libq.so.1" };

  test("that nobody starts or searches is a note", async () => {
    const files = { "/usr/share/doc/libq.so.1": spoiled(needsLibz, withoutSymbols, 0o644) };
    const { outcome, about } = await judge(files, withoutSymbol);
    expect(outcome).toBe("ok safe: ");
    expect(about).toEqual([
      "An ELF file of the image cannot be read and was left out as users of mounted libraries: /usr/share/doc/libq.so.1",
    ]);
  });

  test("that a program loads makes what it uses in its turn unknown", async () => {
    const files = {
      [`${MULTIARCH}/libq.so.1`]: spoiled(needsLibz, withoutSymbols, 0o644),
      "/usr/bin/pack": spoiled({ ...USER, needed: ["libq.so.1"], symbols: [] }, (editor) => editor),
    };
    expect((await judge(files, withoutSymbol)).outcome).toBe("unknown unknown: elf-unreadable");
  });

  test("of which nobody knows what it needs makes every mount unknown, where a program loads it", async () => {
    const library = {
      [`${MULTIARCH}/libq.so.1`]: spoiled(needsLibz, (editor) => editor.tag(DT.STRTAB, NOWHERE), 0o644),
    };
    expect((await judge(library, whole)).outcome).toBe("ok safe: ");
    const program = { ...USER, needed: ["libq.so.1"], symbols: [] };
    const { outcome, findings } = await judge(
      { ...library, "/usr/bin/pack": spoiled(program, (editor) => editor) },
      whole,
    );
    expect(outcome).toBe("unknown unknown: elf-unreadable");
    expect(findings[0]?.subjects).toEqual(["/usr/bin/pack"]);
  });

  test("is none for its PT_INTERP, at which no loader of libraries looks", async () => {
    const withoutEnd = (editor: ElfEditor): ElfEditor => editor.segment(PT.INTERP, "p_filesz", 4);
    const files = { [`${MULTIARCH}/libq.so.1`]: spoiled({ ...USER, soname: "libq.so.1" }, withoutEnd, 0o644) };
    expect(await judge(files, withoutSymbol)).toMatchObject({
      outcome: "latent risky: symbol-not-defined-lazily",
      about: [],
    });
  });
});
