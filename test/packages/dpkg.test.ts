/** dpkg's and apk's databases: this machine's own, as dpkg-query reads it, and small ones. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isPackageDatabase, readPackageDatabase } from "../../src/packages/database.js";
import { findOwners, listPackageDatabases } from "../../src/packages/list-packages.js";
import { toBody, toRoot } from "./database-root.js";

const STATUS = "/var/lib/dpkg/status";
const LISTS = "/var/lib/dpkg/info";
const hasDpkg = existsSync(STATUS) && existsSync("/usr/bin/dpkg-query");

test.skipIf(!hasDpkg)("every installed package of this machine, as dpkg-query has it (needs dpkg)", () => {
  const format = "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\n";
  const expected = execFileSync("dpkg-query", ["-W", "-f", format], { encoding: "utf8", maxBuffer: 1 << 26 })
    .trim()
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([status]) => status === "installed")
    .map(([, name, version, architecture, source]) => `${name} ${version} ${architecture} ${source}`)
    .sort();
  const facts = readPackageDatabase(STATUS, toBody(readFileSync(STATUS)));
  const found = facts.kind === "packages" ? facts.packages : [];
  expect(
    found
      .map(({ name, version, architecture, source = name }) => `${name} ${version} ${architecture} ${source}`)
      .sort(),
  ).toEqual(expected);
});

test.skipIf(!hasDpkg)("whose a library is, as dpkg-query -S has it (needs dpkg)", () => {
  const lists = readdirSync(LISTS).filter(
    (name) => /^lib(?:c6|stdc\+\+6|gcc-s1)(?::|\.list$)/.test(name) && name.endsWith(".list"),
  );
  expect(lists.length).toBeGreaterThan(1);
  const root = toRoot({
    [STATUS]: readFileSync(STATUS),
    ...Object.fromEntries(lists.map((name) => [`${LISTS}/${name}`, readFileSync(`${LISTS}/${name}`)])),
  });
  const owners = findOwners(root, listPackageDatabases(root));
  expect(owners.size).toBeGreaterThan(10);
  for (const [path, { name, architecture }] of [...owners].slice(0, 5))
    expect(execFileSync("dpkg-query", ["-S", path], { encoding: "utf8" })).toMatch(
      new RegExp(`(?:^|, )${name.replace(/\+/g, "\\+")}(?::${architecture})?[:,]`),
    );
});

test("what is removed, never came or is half there is not installed", () => {
  const stanza = (name: string, status: string): string =>
    `Package: ${name}\nStatus: ${status}\nVersion: 1\nDescription: a\n Package: not-this\n .\n\n`;
  const text =
    stanza("held", "hold ok installed") +
    stanza("gone", "deinstall ok config-files") +
    stanza("half", "install reinstreq half-installed") +
    "Package: no-version\nStatus: install ok installed\n";
  expect(readPackageDatabase(STATUS, toBody(text))).toMatchObject({ packages: [{ name: "held", version: "1" }] });
});

test("distroless: a file a package, and its list beside it", () => {
  const root = toRoot({
    "/var/lib/dpkg/status.d/libc6": "Package: libc6\nVersion: 2.36-9\nArchitecture: amd64\nSource: glibc (2.36-9)\n",
    "/var/lib/dpkg/status.d/libc6.md5sums": `${"a".repeat(32)}  lib/x86_64-linux-gnu/libc.so.6\n${"b".repeat(32)}  usr/share/doc/x\n`,
    "/var/lib/dpkg/status.d/base-files": "Package: base-files\nVersion: 12\nArchitecture: amd64\n",
  });
  const [database, ...rest] = listPackageDatabases(root);
  expect(rest).toEqual([]);
  expect(database).toEqual({
    manager: "dpkg",
    format: "dpkg status.d",
    path: "/var/lib/dpkg/status.d",
    packages: [
      { name: "base-files", version: "12", architecture: "amd64" },
      { name: "libc6", version: "2.36-9", architecture: "amd64", source: "glibc" },
    ],
  });
  expect([...findOwners(root, [database as never])].map(([path, { name }]) => [path, name])).toEqual([
    ["/lib/x86_64-linux-gnu/libc.so.6", "libc6"],
  ]);
});

test("apk: fields of one letter, folders and the files in them", () => {
  const root = toRoot({
    "/lib/apk/db/installed":
      "C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q1x=\nR:libc.musl-x86_64.so.1\n\n" +
      "P:libstdc++\nV:12.2.1_git20220924-r10\nA:x86_64\no:gcc\nF:usr\nF:usr/lib\nR:libstdc++.so.6.0.30\nR:readme\n\n",
  });
  const databases = listPackageDatabases(root);
  expect(databases).toMatchObject([
    {
      manager: "apk",
      packages: [
        { name: "libstdc++", version: "12.2.1_git20220924-r10", source: "gcc" },
        { name: "musl", version: "1.2.4-r2", architecture: "x86_64" },
      ],
    },
  ]);
  expect([...findOwners(root, databases).keys()].sort()).toEqual([
    "/lib/ld-musl-x86_64.so.1",
    "/lib/libc.musl-x86_64.so.1",
    "/usr/lib/libstdc++.so.6.0.30",
  ]);
});

test("what is not read is said, by name", () => {
  const root = toRoot({
    "/var/lib/pacman/local/glibc-2.40-1/desc": "%NAME%\nglibc\n",
    "/var/lib/rpm/Packages": "neither of the three",
  });
  expect(listPackageDatabases(root)).toMatchObject([
    { manager: "rpm", packages: [], problem: "it is in none of the forms sqlite, ndb and Berkeley DB's hash" },
    {
      manager: "pacman",
      packages: [],
      problem: "the database of pacman is in a form that containerspec does not read",
    },
  ]);
  expect(isPackageDatabase("/var/lib/dpkg/status", 129 << 20)).toBe(false);
  expect(isPackageDatabase("/home/var/lib/dpkg/status", 1)).toBe(false);
});
