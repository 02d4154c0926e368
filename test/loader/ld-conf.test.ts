/** /etc/ld.so.conf and /etc/ld.so.preload: the two texts that ldconfig and ld.so read. */
import { describe, expect, it } from "vitest";
import { readLdConf } from "../../src/loader/ld-conf.js";
import { findPreloads } from "../../src/loader/root-settings.js";
import { createWorld } from "./world.js";

describe("ld.so.conf", () => {
  const read = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    readLdConf(await createWorld(files));

  it("names folders, without comments, types and trailing slashes", async () => {
    const text =
      "# all of them\n/a # first\n\n  /b/// \n/c=libc6\nhwcap 1 nosegneg\nHWCAP 2 x\nrelative/folder\n/a/\n/\n";
    expect(await read({ "/etc/ld.so.conf": text })).toEqual(["/a", "/b", "/c"]);
  });

  it("follows includes: relative to the file, in byte order, in place", async () => {
    const files = {
      "/etc/ld.so.conf": "/first\ninclude ld.so.conf.d/*.conf  /srv/extra.conf\n/last\n",
      "/etc/ld.so.conf.d/b.conf": "/b\n",
      "/etc/ld.so.conf.d/B.conf": "/B\n",
      "/etc/ld.so.conf.d/.hidden.conf": "/hidden\n",
      "/etc/ld.so.conf.d/a.conf.dpkg-old": "/old\n",
      "/srv/extra.conf": "/extra\n",
    };
    expect(await read(files)).toEqual(["/first", "/B", "/b", "/last"]);
  });

  it.each([
    ["/etc/*/ld.conf", ["/x/one", "/y/two"]],
    ["/etc/[x]/ld.conf", ["/x/one"]],
    ["/etc/[!x]/ld.con?", ["/y/two"]],
    ["/etc/[z-a]/ld.conf", []],
    ["/etc/[/ld.conf", []],
  ])("expands %s as glob(3) does", async (pattern, expected) => {
    const files = {
      "/etc/ld.so.conf.d/base.conf": `include ${pattern.replace("ld.con", "ld.con")}\n`,
      "/etc/ld.so.conf": "include ld.so.conf.d/base.conf\n",
      "/etc/x/ld.so.conf": "/x/one\n",
      "/etc/y/ld.so.conf": "/y/two\n",
    };
    expect(
      await read({ ...files, "/etc/ld.so.conf.d/base.conf": `include ${pattern.replace("/ld.con", "/ld.so.con")}\n` }),
    ).toEqual(expected);
  });

  it("ends, however files include each other", async () => {
    const many = Array.from({ length: 40 }, (_, index) => index);
    const files = Object.fromEntries(
      many.map((index) => [`/etc/ld.so.conf.d/${index}.conf`, `include *.conf\n/folder${index}\n`]),
    );
    const found = await read({ "/etc/ld.so.conf": "include ld.so.conf.d/*.conf\n", ...files });
    expect(found).toHaveLength(40);
  });
});

describe("ld.so.preload", () => {
  const find = async (text: string): Promise<readonly string[]> =>
    findPreloads(await createWorld({ "/etc/ld.so.preload": text }));

  it("separates names by white space and colons", async () => {
    expect(await find("/a.so:/b.so\n\t/c.so  libd.so\n")).toEqual(["/a.so", "/b.so", "/c.so", "libd.so"]);
  });

  it("passes over a comment", async () => {
    expect(await find("/a.so # and not /b.so\n/c.so")).toEqual(["/a.so", "/c.so"]);
  });

  it("is none where there is no file", async () => {
    expect(findPreloads(await createWorld({ "/etc/hosts": "" }))).toEqual([]);
  });
});
