/**
 * rpm's databases in their three forms: that of SQLite written by rpm itself, that of Berkeley DB by its own tool, and both read as rpm
 * reads them. Debian's rpm was built without SUSE's: it is written here as lib/backend/ndb/rpmpkg.cc of rpm lays it out.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPackageDatabase, type DatabaseFacts } from "../../src/packages/database.js";
import { hasTool } from "../support/image-disk.js";
import { toBody } from "./database-root.js";

const isThere = hasTool("rpm") && hasTool("rpmbuild") && hasTool("db5.3_load", "-V");

/** One of many files, whose header takes many pages, and small ones, whose headers fill several to a page. */
const SPEC = `Name: many-files
Epoch: 2
Version: 1.5
Release: 3.test
Summary: s
License: Apache-2.0
%description
d
${["a", "b", "c"].map((name) => `%package -n small-${name}\nSummary: s\nBuildArch: noarch\n%description -n small-${name}\nd\n%files -n small-${name}`).join("\n")}
%install
mkdir -p %{buildroot}/usr/lib64/many
for i in $(seq 1 2000); do : > %{buildroot}/usr/lib64/many/data-$i; done
: > %{buildroot}/usr/lib64/libmany.so.1.5
ln -s libmany.so.1.5 %{buildroot}/usr/lib64/libmany.so.1
%files
/usr/lib64/*
`;
const FILES = { sqlite: "rpmdb.sqlite", ndb: "Packages.db", bdb_ro: "Packages" } as const;
const QUERY = "%{NAME}\\t%{EPOCH}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n";

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A page of slots, and the headers in blocks of 16 bytes: the second package is gone, and its slot is free. */
function toNdb(headers: readonly Buffer[]): Buffer {
  const slots = [Buffer.from("RpmP"), number(0), number(1), number(1), number(headers.length + 2), Buffer.alloc(12)];
  const blobs: Buffer[] = [];
  let block = 4096 / 16;
  for (const [at, header] of headers.entries()) {
    const index = at === 0 ? 1 : at + 2;
    const count = Math.ceil((16 + header.length + 12) / 16);
    const tail = Buffer.concat([number(0), number(header.length), Buffer.from("BlbE")]);
    const blob = Buffer.concat([Buffer.from("BlbS"), number(index), number(1), number(header.length), header]);
    blobs.push(blob, Buffer.alloc(count * 16 - blob.length - tail.length), tail);
    slots.push(Buffer.from("Slot"), number(index), number(block), number(count));
    block += count;
  }
  while (slots.reduce((sum, one) => sum + one.length, 0) < 4096) slots.push(Buffer.from("Slot"), Buffer.alloc(12));
  return Buffer.concat([...slots, ...blobs]);
}

describe.skipIf(!isThere)("rpm (needs rpm, rpmbuild and db5.3_load)", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "containerspec-rpm-"));
    writeFileSync(join(folder, "many.spec"), SPEC);
    execFileSync(
      "rpmbuild",
      ["-bb", "--define", `_topdir ${folder}/top`, "--define", "_build_id_links none", join(folder, "many.spec")],
      { stdio: "ignore" },
    );
    const packages = readdirSync(join(folder, "top/RPMS"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".rpm"))
      .map((name) => join(folder, "top/RPMS", name));
    rpm("sqlite", ["--initdb"]);
    rpm("sqlite", ["-i", "--justdb", "--nodeps", "--ignorearch", ...packages]);
    const headers = exportHeaders();
    writeBdb(headers);
    mkdirSync(join(folder, "ndb"));
    writeFileSync(join(folder, "ndb", FILES.ndb), toNdb(headers));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function rpm(form: keyof typeof FILES, args: readonly string[], tool = "rpm"): Buffer {
    const place = ["--dbpath", join(folder, form), "--define", `_db_backend ${form}`];
    return execFileSync(tool, [...place, ...args], { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
  }

  /** The headers of all packages as rpm exports them: each behind eight bytes of magic. */
  function exportHeaders(): readonly Buffer[] {
    const bytes = rpm("sqlite", ["--exportdb"], "rpmdb");
    const headers: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 16 + bytes.readUInt32BE(at + 8) * 16 + bytes.readUInt32BE(at + 12);
      headers.push(bytes.subarray(at + 8, end));
      at = end;
    }
    return headers;
  }

  /** As Berkeley DB's own tool stores them; under the key 0 stands the number of the next. */
  function writeBdb(headers: readonly Buffer[]): void {
    const rows = [number(headers.length + 1), ...headers].map(
      (value, key) => ` ${number(key).toString("hex")}\n ${value.toString("hex")}`,
    );
    const intro = ["VERSION=3", "format=bytevalue", "type=hash", "db_pagesize=4096", "HEADER=END"];
    mkdirSync(join(folder, "bdb_ro"));
    const input = [...intro, ...rows, "DATA=END", ""].join("\n");
    execFileSync("db5.3_load", [join(folder, "bdb_ro/Packages")], { input });
  }

  function read(form: keyof typeof FILES, change?: (bytes: Buffer) => void): DatabaseFacts {
    const bytes = readFileSync(join(folder, form, FILES[form]));
    change?.(bytes);
    return readPackageDatabase(`/var/lib/rpm/${FILES[form]}`, toBody(bytes));
  }

  test.each(["sqlite", "ndb", "bdb_ro"] as const)("%s: every package as rpm -qa has it", (form) => {
    const expected = rpm(form === "ndb" ? "sqlite" : form, ["-qa", "--qf", QUERY])
      .toString("utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("\t"))
      .map(([name, epoch, version, architecture, source]) => {
        const built = source?.replace(/-[^-]+-[^-]+\.src\.rpm$/, "");
        return `${name} ${epoch === "(none)" ? "" : `${epoch}:`}${version} ${architecture} ${built}`;
      })
      .sort();
    expect(expected).toHaveLength(4);
    const facts = read(form);
    const packages = facts.kind === "packages" ? facts.packages : [];
    expect(facts).toMatchObject({ format: `rpm ${form.replace("_ro", "")}` });
    expect(
      packages
        .map(({ name, version, architecture, source = name }) => `${name} ${version} ${architecture} ${source}`)
        .sort(),
    ).toEqual(expected);
    expect(packages.find(({ name }) => name === "many-files")?.files).toEqual([
      "/usr/lib64/libmany.so.1",
      "/usr/lib64/libmany.so.1.5",
    ]);
  });

  test.each(["sqlite", "ndb", "bdb_ro"] as const)(
    "%s: cut short and changed at random it ends, and says so",
    (form) => {
      const size = readFileSync(join(folder, form, FILES[form])).length;
      let state = 1;
      const random = (below: number): number => (state = (state * 48271) % 0x7fffffff) % below;
      const kinds = new Set<string>();
      for (let round = 0; round < 200; round += 1)
        kinds.add(
          read(form, (bytes) => {
            for (let change = 0; change < 20; change += 1) bytes[random(random(2) === 0 ? 4096 : size)] = random(256);
          }).kind,
        );
      expect([...kinds].sort()).toContain("damaged");
      const facts = readPackageDatabase(
        `/var/lib/rpm/${FILES[form]}`,
        toBody(readFileSync(join(folder, form, FILES[form])).subarray(0, 8192)),
      );
      expect(facts.kind === "damaged" || (facts.kind === "packages" && facts.packages.length < 4)).toBe(true);
    },
  );

  test("sqlite: pages that lead round in a circle are told", () => {
    const facts = read("sqlite", (bytes) => {
      // The first page becomes an inner one that leads to itself.
      bytes[100] = 5;
      bytes.writeUInt16BE(0, 103);
      bytes.writeUInt32BE(1, 108);
    });
    expect(facts).toMatchObject({ kind: "damaged", problem: expect.stringContaining("circle") as string });
  });
});

test("a database whose packages are all the same bytes is no way to have much read for little", () => {
  const header = Buffer.alloc(1 << 20);
  header.writeUInt32BE(3, 0);
  header.writeUInt32BE(6, 4);
  for (const [at, tag] of [1000, 1001, 1002].entries()) {
    header.writeUInt32BE(tag, 8 + at * 16);
    header.writeUInt32BE(at * 2, 16 + at * 16);
    header.writeUInt32BE(1, 20 + at * 16);
  }
  header.write("a\x001\x002\0", 56, "latin1");
  const whole = readPackageDatabase("/var/lib/rpm/Packages.db", toBody(toNdb([header])));
  expect(whole).toMatchObject({ kind: "packages", packages: [{ name: "a", version: "1-2" }] });
  const [slots, blob] = [toNdb([header]).subarray(0, 4096), toNdb([header]).subarray(4096)];
  // Every slot leads to the one package.
  for (let at = 48; at < slots.length; at += 16) slots.copy(slots, at, 32, 48);
  let read = 0;
  const { size, read: take } = toBody(Buffer.concat([slots, blob]));
  const counted = { size, read: (offset: number, length: number) => take(offset, (read += length) && length) };
  const facts = readPackageDatabase("/var/lib/rpm/Packages.db", counted);
  expect(facts).toMatchObject({ kind: "damaged", problem: expect.stringContaining("the same bytes") as string });
  expect(read).toBeLessThan(4 * size);
});
