import { describe, expect, it } from "vitest";
import { base256, pad, tarEntry, tarHeader, tarOf } from "../support/tar-builder.js";
import { failureOf, outline, readEntries } from "../support/tar-entries.js";
import { gnuLong, gnuSparse, paxHeader, paxSparse } from "../support/tar-extended.js";

const LAST = tarEntry({ name: "last" }, "z");

/** Archives that every reader understands in one way, and what they hold. */
const AGREED: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
  ["ustar", tarOf(tarEntry({ name: "a" }, "1"), LAST), ["file a =1", "file last =z"]],
  [
    "v7, without magic",
    tarOf(tarEntry({ name: "a", magic: "v7", type: "\0" }, "1"), LAST),
    ["file a =1", "file last =z"],
  ],
  [
    "v7 folder by its slash",
    tarOf(tarEntry({ name: "d/", magic: "v7", type: "\0" }), LAST),
    ["directory d/", "file last =z"],
  ],
  ["contiguous file", tarOf(tarEntry({ name: "a", type: "7" }, "1")), ["file a =1"]],
  ["ustar prefix", tarOf(tarEntry({ name: "b", prefix: "deep/er" }, "1")), ["file deep/er/b =1"]],
  [
    "GNU's header uses the prefix for something else",
    tarOf(tarEntry({ name: "b", prefix: "12345", magic: "gnu" }, "1")),
    ["file b =1"],
  ],
  [
    "star's prefix ends before its times",
    tarOf(tarEntry({ name: "b", prefix: `${"p".repeat(131)}00000000000 00000000000`, magic: "star" }, "1")),
    [`file ${"p".repeat(131)}/b =1`],
  ],
  ["name of exactly 100 bytes", tarOf(tarEntry({ name: "n".repeat(100) }, "1")), [`file ${"n".repeat(100)} =1`]],
  [
    "GNU long name and link",
    tarOf(
      gnuLong("K", "t".repeat(200)),
      gnuLong("L", "n".repeat(300)),
      tarEntry({ name: "n", type: "2", link: "t" }),
      LAST,
    ),
    [`symlink ${"n".repeat(300)} -> ${"t".repeat(200)}`, "file last =z"],
  ],
  [
    "PAX path, linkpath and size",
    tarOf(
      paxHeader([
        ["path", "long/name"],
        ["linkpath", "ignored for a file"],
        ["size", "3"],
      ]),
      tarEntry({ name: "short", size: 0 }, "abc"),
      LAST,
    ),
    ["file long/name -> ignored for a file =abc", "file last =z"],
  ],
  [
    "PAX key twice: the last one",
    tarOf(
      paxHeader([
        ["path", "a"],
        ["path", "b"],
      ]),
      tarEntry({ name: "s" }),
    ),
    ["file b"],
  ],
  ["base-256 size", tarOf(tarEntry({ name: "a", rawSize: base256(3) }, "abc"), LAST), ["file a =abc", "file last =z"]],
  [
    "signed checksum",
    tarOf(tarEntry({ name: "\xe9\xff", checksum: "signed" }, "1"), LAST),
    ["file \xe9\xff =1", "file last =z"],
  ],
  [
    "folder with a size and no data",
    tarOf(tarEntry({ name: "d/", type: "5", size: 512 }), LAST),
    ["directory d/", "file last =z"],
  ],
  [
    "hardlink with a size and no data",
    tarOf(tarEntry({ name: "h", type: "1", link: "a", size: 9 }), LAST),
    ["hardlink h -> a", "file last =z"],
  ],
  [
    "symlink with a size and no data",
    tarOf(tarEntry({ name: "s", type: "2", link: "a", size: 9 }), LAST),
    ["symlink s -> a", "file last =z"],
  ],
  [
    "device with a size and no data",
    tarOf(tarEntry({ name: "c", type: "3", size: 9 }), LAST),
    ["special c", "file last =z"],
  ],
  [
    "PAX size on a link",
    tarOf(paxHeader([["size", "9"]]), tarEntry({ name: "s", type: "2", link: "a" }), LAST),
    ["symlink s -> a", "file last =z"],
  ],
  ["no zero blocks at the end", Buffer.concat([tarEntry({ name: "a" }, "1"), LAST]), ["file a =1", "file last =z"]],
  ["one zero block at the end", Buffer.concat([LAST, Buffer.alloc(512)]), ["file last =z"]],
  ["last padding left out", Buffer.concat([tarHeader({ name: "a", size: 1 }), Buffer.from("1")]), ["file a =1"]],
  ["an empty archive", tarOf(), []],
  ["no bytes at all", Buffer.alloc(0), []],
];

/** CVE classes and differences between readers: what is read here must not depend on the reader, so these are refused. */
const REFUSED: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["wrong checksum", tarOf(tarEntry({ name: "a", checksum: "wrong" })), /checksum/],
  ["text instead of a header", pad("no header here"), /checksum/],
  ["base-256 size below zero", tarOf(tarEntry({ name: "a", rawSize: Buffer.alloc(12, 0xff) })), /negative size/],
  [
    "base-256 size beyond all files",
    tarOf(tarEntry({ name: "a", rawSize: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)]) })),
    /no file can have/,
  ],
  [
    "octal size with other characters",
    tarOf(tarEntry({ name: "a", rawSize: Buffer.from("0000000012x") })),
    /no octal number/,
  ],
  ["octal size in two pieces", tarOf(tarEntry({ name: "a", rawSize: Buffer.from("1 1") }, "1")), /no octal number/],
  ["octal size behind a NUL", tarOf(tarEntry({ name: "a", rawSize: Buffer.from("\x00001") }, "1")), /no octal number/],
  ["minus in a size", tarOf(tarEntry({ name: "a", rawSize: Buffer.from("-0000000001") })), /no octal number/],
  ["hardlink with real data", tarOf(tarEntry({ name: "h", type: "1", link: "a" }, "data"), LAST), /checksum/],
  [
    "single zero block inside",
    Buffer.concat([tarEntry({ name: "a" }), Buffer.alloc(512), LAST, Buffer.alloc(1024)]),
    /single zero block/,
  ],
  [
    "truncated body",
    tarOf(tarEntry({ name: "a" }, "x".repeat(2000))).subarray(0, 1024),
    /ends inside a file: 512 of 2000/,
  ],
  ["truncated header", tarOf(LAST).subarray(0, 300), /ends inside a header/],
  [
    "truncated long name",
    Buffer.concat([gnuLong("L", "n".repeat(900))]).subarray(0, 700),
    /ends inside an extended header/,
  ],
  ["long name of nothing", tarOf(gnuLong("L", "long")), /after an extended header/],
  ["long name twice", tarOf(gnuLong("L", "one"), gnuLong("L", "two"), LAST), /two extended headers of the type L/],
  [
    "PAX header twice",
    tarOf(paxHeader([["path", "a"]]), paxHeader([["size", "1"]]), LAST),
    /two extended headers of the type x/,
  ],
  [
    "PAX path and another GNU name",
    tarOf(paxHeader([["path", "a"]]), gnuLong("L", "b"), LAST),
    /PAX path and another one/,
  ],
  ["empty long name", tarOf(gnuLong("L", ""), LAST), /empty long name/],
  ["PAX path with a NUL", tarOf(paxHeader([["path", "a\0b"]]), LAST), /NUL byte in the PAX path/],
  ["PAX path of nothing", tarOf(paxHeader([["path", ""]]), LAST), /empty PAX path/],
  ["PAX size that is no number", tarOf(paxHeader([["size", "1e3"]]), LAST), /no size/],
  ["PAX size below zero", tarOf(paxHeader([["size", "-1"]]), LAST), /no size/],
  ["PAX length too short", tarOf(tarEntry({ name: "x", type: "x" }, "5 path=aa\n"), LAST), /malformed PAX/],
  ["PAX length past the end", tarOf(tarEntry({ name: "x", type: "x" }, "99 path=evil\n"), LAST), /malformed PAX/],
  ["PAX record without =", tarOf(tarEntry({ name: "x", type: "x" }, "7 path\n"), LAST), /malformed PAX/],
  [
    "PAX records that end in zeros",
    tarOf(tarEntry({ name: "x", type: "x" }, "10 path=a\n\0\0"), LAST),
    /malformed PAX/,
  ],
  [
    "global size (TARmageddon's shape)",
    tarOf(paxHeader([["size", "512"]], "g"), LAST),
    /global PAX header that sets size/,
  ],
  ["global path", tarOf(paxHeader([["path", "a"]], "g"), LAST), /global PAX header that sets path/],
  [
    "global sparse map",
    tarOf(paxHeader([["GNU.sparse.map", "0,1"]], "g"), LAST),
    /global PAX header that sets GNU.sparse.map/,
  ],
  ["Solaris' X header", tarOf(tarEntry({ name: "x", type: "X" }, "11 path=abc\n"), LAST), /type X/],
  ["file named like a folder", tarOf(tarEntry({ name: "d/", type: "0" }), LAST), /ends in a slash/],
  ["v7 folder with data", tarOf(tarEntry({ name: "d/", magic: "v7", type: "\0" }, "data"), LAST), /ends in a slash/],
  [
    "GNU's sparse type without GNU's magic",
    tarOf(gnuSparse({ name: "s", size: 9, parts: [] }, { magic: "ustar" })),
    /another form/,
  ],
];

describe("archives that readers agree on", () => {
  it.each(AGREED)("%s", async (_name, tar, expected) => {
    expect(await outline(tar)).toEqual(expected);
  });

  it("gives the same entries whatever the size of the chunks", async () => {
    for (const [name, tar] of AGREED) {
      const whole = await readEntries(tar, 1 << 20);
      for (const chunk of [1, 7, 511, 512, 513]) expect(await readEntries(tar, chunk), name).toEqual(whole);
    }
  });
});

describe("archives that are damaged, or that readers understand differently", () => {
  it.each(REFUSED)("%s", async (_name, tar, message) => {
    const failure = await failureOf(readEntries(tar));
    expect(failure.code).toBe("corrupt-image");
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^Cannot read tar: .* \(offset \d+\)$/);
  });
});

describe("CVE-2026-53655: a PAX size before a long name", () => {
  it("belongs to the entry, not to the long name's own data", async () => {
    const inner = tarEntry({ name: "smuggled" }, "evil");
    const tar = tarOf(
      paxHeader([["size", "1024"]]),
      gnuLong("L", "name"),
      tarEntry({ name: "n", size: 0 }, inner),
      LAST,
    );
    expect(await outline(tar)).toEqual([`file name =${inner.toString("latin1")}`, "file last =z"]);
  });
});

describe("what comes after the end", () => {
  it("is no entry, and is remarked", async () => {
    const { entries, remarks } = await readEntries(
      Buffer.concat([tarOf(LAST), tarEntry({ name: "ghost" }, "boo"), tarOf()]),
    );
    expect(entries.map(({ name }) => name)).toEqual(["last"]);
    expect(remarks).toEqual(["data-after-end"]);
  });

  it("is nothing to remark where it is zeros (a record of 20 blocks)", async () => {
    expect((await readEntries(Buffer.concat([tarOf(LAST), Buffer.alloc(9000)]))).remarks).toEqual([]);
  });
});

describe("entries of an unknown type", () => {
  it("are passed over with their data, and remarked", async () => {
    const { entries, remarks } = await readEntries(tarOf(tarEntry({ name: "v", type: "Z" }, "x".repeat(700)), LAST));
    expect(entries.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["unknown v", "file last"]);
    expect(remarks).toEqual(["unknown-entry-type"]);
  });
});

describe("names are bytes", () => {
  it.each([
    ["in the header", tarEntry({ name: "lib\xff\xfe.so" })],
    [
      "in PAX with hdrcharset=BINARY",
      Buffer.concat([
        paxHeader([
          ["hdrcharset", "BINARY"],
          ["path", "lib\xff\xfe.so"],
        ]),
        tarEntry({ name: "x" }),
      ]),
    ],
    ["in a GNU long name", Buffer.concat([gnuLong("L", "lib\xff\xfe.so"), tarEntry({ name: "x" })])],
  ])("%s", async (_where, entry) => {
    expect((await readEntries(tarOf(entry))).entries[0]?.name).toBe("lib\xff\xfe.so");
  });

  it("PAX values with newlines, equal signs and binary attributes do not disturb the next record", async () => {
    const pax = paxHeader([
      ["SCHILY.xattr.security.capability", "\x01\0\0\x02\xe9\n9 path=x\n"],
      ["comment", "a=b"],
      ["path", "real"],
    ]);
    expect(await outline(tarOf(pax, tarEntry({ name: "x" }, "1")))).toEqual(["file real =1"]);
  });
});

describe("sparse files", () => {
  const parts = [
    { offset: 2, data: "\x7fELF" },
    { offset: 600, data: "middle" },
    { offset: 1290, data: "endofendof" },
  ];
  const file = { name: "lib.so", size: 1400, parts };
  const many = Array.from({ length: 60 }, (_, index) => ({ offset: index * 100, data: `part${index}` }));

  function expand({ size, parts }: { size: number; parts: readonly { offset: number; data: string }[] }): string {
    const bytes = Buffer.alloc(size);
    for (const { offset, data } of parts) bytes.write(data, offset, "latin1");
    return bytes.toString("latin1");
  }

  it.each([
    ["GNU's own form", gnuSparse(file)],
    ["PAX 0.0", paxSparse(file, "0.0")],
    ["PAX 0.1", paxSparse(file, "0.1")],
    ["PAX 1.0", paxSparse(file, "1.0")],
  ])("%s is expanded, under its real name", async (_form, entry) => {
    const { entries } = await readEntries(tarOf(entry, LAST));
    expect(entries).toEqual([
      { kind: "file", name: "lib.so", link: "", size: 1400, content: expand(file) },
      { kind: "file", name: "last", link: "", size: 1, content: "z" },
    ]);
  });

  it.each([
    ["GNU's own form with extension blocks", gnuSparse({ name: "s", size: 6100, parts: many })],
    ["PAX 1.0 with a map of several blocks", paxSparse({ name: "s", size: 6100, parts: many }, "1.0")],
    ["PAX 0.0 with many records", paxSparse({ name: "s", size: 6100, parts: many }, "0.0")],
  ])("%s", async (_form, entry) => {
    const { entries } = await readEntries(tarOf(entry, LAST), 777);
    expect(entries[0]?.content).toBe(expand({ size: 6100, parts: many }));
    expect(entries[1]?.name).toBe("last");
  });

  it("a file that is all hole", async () => {
    expect((await readEntries(tarOf(gnuSparse({ name: "s", size: 5, parts: [] })))).entries[0]?.content).toBe(
      "\0\0\0\0\0",
    );
  });

  it.each([
    [
      "parts that overlap",
      gnuSparse({
        name: "s",
        size: 99,
        parts: [
          { offset: 5, data: "abc" },
          { offset: 6, data: "d" },
        ],
      }),
      /overlap/,
    ],
    ["parts past the end", gnuSparse({ name: "s", size: 5, parts: [{ offset: 3, data: "abc" }] }), /past its file/],
    [
      "more data than parts",
      gnuSparse({ name: "s", size: 50, parts: [{ offset: 3, data: "abc" }] }, { size: 600 }),
      /3 stored bytes, and 600/,
    ],
    [
      "an unknown form",
      Buffer.concat([
        paxHeader([
          ["GNU.sparse.major", "2"],
          ["GNU.sparse.minor", "0"],
        ]),
        LAST,
      ]),
      /form 2.0/,
    ],
    [
      "a map of an odd length",
      Buffer.concat([
        paxHeader([
          ["GNU.sparse.size", "9"],
          ["GNU.sparse.map", "0,1,2"],
        ]),
        LAST,
      ]),
      /number of parts/,
    ],
    [
      "a map that is no numbers",
      Buffer.concat([
        paxHeader([
          ["GNU.sparse.size", "9"],
          ["GNU.sparse.map", "0x0,1"],
        ]),
        LAST,
      ]),
      /no numbers/,
    ],
    ["a map without a size", Buffer.concat([paxHeader([["GNU.sparse.map", "0,1"]]), LAST]), /past its file/],
    [
      "a map in the data that is longer than it",
      Buffer.concat([
        paxHeader([
          ["GNU.sparse.major", "1"],
          ["GNU.sparse.minor", "0"],
          ["GNU.sparse.realsize", "9"],
        ]),
        tarEntry({ name: "s" }, "9\n0\n"),
      ]),
      /longer than its file/,
    ],
  ])("refuses %s", async (_what, entry, message) => {
    const failure = await failureOf(readEntries(tarOf(entry)));
    expect(failure).toEqual({ code: "corrupt-image", message: expect.stringMatching(message) as string });
  });
});

describe("limits", () => {
  it("a sparse file of 1 GiB made of 4 bytes, found by mutation: whoever inspects it may read it whole", async () => {
    const tar = tarOf(gnuSparse({ name: "s", size: 2 ** 30, parts: [{ offset: 0, data: "\x7fELF" }] }));
    expect(await failureOf(readEntries(tar))).toEqual({
      code: "limit-exceeded",
      message: expect.stringMatching(
        /more than 268435456 bytes .* to inspect in data that grows more than 100 times/,
      ) as string,
    });
  });

  it.each([
    [
      "a PAX header of 2 MiB",
      tarOf(tarEntry({ name: "x", type: "x" }, Buffer.alloc(2 << 20))),
      /extended header of 2097152 bytes/,
    ],
    [
      "a PAX header that says 8 TB",
      tarOf(tarEntry({ name: "x", type: "x", rawSize: base256(2 ** 43) })),
      /extended header of 8796093022208/,
    ],
    [
      "a long name of 5,000 bytes",
      tarOf(gnuLong("L", "n".repeat(5000)), LAST),
      /path of 5000 bytes; the limit is 4096/,
    ],
    [
      "CVE-2025-58183: a sparse map without end",
      tarOf(
        Buffer.concat([
          paxHeader([
            ["GNU.sparse.major", "1"],
            ["GNU.sparse.minor", "0"],
            ["GNU.sparse.realsize", "9"],
          ]),
          tarEntry({ name: "s" }, pad("999999999\n")),
        ]),
      ),
      /more than 65536 parts/,
    ],
    [
      "a sparse file of 1 TB that is wanted whole",
      tarOf(gnuSparse({ name: "s", size: 2 ** 40, parts: [] })),
      /1099511627776 bytes to inspect/,
    ],
  ])("%s", async (_what, tar, message) => {
    const failure = await failureOf(readEntries(tar));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toMatch(message);
  });
});
