/** What extended attributes and device numbers of a layer's entries say: capabilities, and what overlayfs obeys. */
import { describe, expect, it } from "vitest";
import { grantsCapabilities } from "../../src/image/attributes.js";
import { readStreamed } from "../support/image-read.js";
import { packArchive } from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { failureOf } from "../support/tar-entries.js";
import { paxHeader } from "../support/tar-extended.js";

/** The attribute that setcap writes: revision 2, two pairs of permitted and inheritable. */
function capability(permitted: number, inheritable: number, isEffective: boolean): string {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x02000000 + (isEffective ? 1 : 0), 0);
  bytes.writeUInt32LE(permitted, 4);
  bytes.writeUInt32LE(inheritable, 8);
  return bytes.toString("latin1");
}

async function remarksOn(...layers: Uint8Array[]) {
  const { remarks } = await readStreamed(packArchive(dockerArchive([{ layers }])));
  return remarks.map(({ code, path, layer }) => ({ code, path, layer }));
}

describe("file capabilities", () => {
  const NET_RAW = 1 << 13;

  it.each([
    ["permitted and in effect (cap_net_raw+ep)", capability(NET_RAW, 0, true), true],
    ["permitted (cap_net_raw+p)", capability(NET_RAW, 0, false), true],
    ["inheritable alone, which gives nothing by itself", capability(0, NET_RAW, false), false],
    ["none (setcap =)", capability(0, 0, false), false],
    ["the second pair", `${capability(0, 0, false).slice(0, 12)}\x01${"\0".repeat(7)}`, true],
    ["too short to be one", "\0\0", true],
  ])("%s", (_what, value, expected) => {
    expect(grantsCapabilities(new Map([["security.capability", value]]))).toBe(expected);
  });

  it("mark the file, and every name of it", async () => {
    const layer = tarOf(
      paxHeader([["SCHILY.xattr.security.capability", capability(NET_RAW, 0, true)]]),
      tarEntry({ name: "ping", mode: 0o755 }, "x"),
      tarEntry({ name: "ping6", type: "1", link: "ping" }),
      tarEntry({ name: "cat", mode: 0o755 }, "x"),
    );
    const { snapshot } = await readStreamed(packArchive(dockerArchive([{ layers: [layer] }])));
    expect(snapshot.lookup("/ping")).toMatchObject({ isPrivileged: true });
    expect(snapshot.lookup("/ping6")).toBe(snapshot.lookup("/ping"));
    expect(snapshot.lookup("/cat")).not.toHaveProperty("isPrivileged");
  });
});

describe("remarks", () => {
  const device = (major: string, minor: string, type = "3") =>
    tarEntry({
      name: "dev/x",
      type,
      patch: (block) => {
        block.write(major, 329, "latin1");
        block.write(minor, 337, "latin1");
      },
    });

  it("a character device 0/0, in the layer that has it", async () => {
    const expected = [{ code: "null-device", path: "/a", layer: 1 }];
    expect(await remarksOn(layerTar(["a=1"]), layerTar(["a %"]))).toEqual(expected);
  });

  it.each([
    ["another character device", "0000001\0", "0000003\0", "3"],
    ["a character device 0/1", "0000000\0", "0000001\0", "3"],
    ["a block device 0/0", "0000000\0", "0000000\0", "4"],
    ["a pipe", "0000000\0", "0000000\0", "6"],
  ])("not %s", async (_what, major, minor, type) => {
    expect(await remarksOn(tarOf(device(major, minor, type)))).toEqual([]);
  });

  it("a device number that is no number is damage", async () => {
    const bytes = packArchive(dockerArchive([{ layers: [tarOf(device("zero", "0"))] }]));
    expect(await failureOf(readStreamed(bytes))).toMatchObject({ code: "corrupt-image" });
  });

  it.each([
    "trusted.overlay.opaque=y",
    "trusted.overlay.redirect=/etc",
    "user.overlay.opaque=y",
    "trusted.overlay.metacopy=",
  ])("%s", async (attribute) => {
    const [name, value] = attribute.split("=") as [string, string];
    const layer = tarOf(paxHeader([[`SCHILY.xattr.${name}`, value]]), tarEntry({ name: "d/", type: "5" }));
    expect(await remarksOn(layer)).toEqual([{ code: "overlay-attribute", path: "/d", layer: 0 }]);
  });
});
