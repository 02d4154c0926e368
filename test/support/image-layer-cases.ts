/**
 * What layers make of one another, case by case: the rules of OCI's layer.md, and the places where an overlay and an extractor
 * differ. The notation is that of image-layer.ts; trees are written out in full.
 */
export interface LayerCase {
  readonly name: string;
  /** base first */
  readonly layers: readonly (readonly string[])[];
  /** what Docker, Podman, containerd and enroot show */
  readonly overlay: readonly string[];
  /** what Apptainer and umoci unpack; the same as `overlay` where it is left out */
  readonly extract?: readonly string[];
  readonly remarks?: readonly string[];
  /** why the kernel cannot be asked */
  readonly noKernel?: string;
  /** why containerd does not agree */
  readonly noContainerd?: string;
  /** why umoci does not agree */
  readonly noUmoci?: string;
}

const USR_MERGED = ["usr/", "usr/lib/", "usr/lib/libc.so=c", "lib -> usr/lib"];

export const LAYER_CASES: readonly LayerCase[] = [
  {
    name: "an implied parent over a link: hides it, or goes through it",
    layers: [USR_MERGED, ["lib/x.so=x"]],
    overlay: ["lib/", "lib/x.so=x", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
    extract: ["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/libc.so=c", "usr/lib/x.so=x"],
  },
  {
    name: "a folder entry over a link replaces it",
    layers: [USR_MERGED, ["lib/", "lib/x.so=x"]],
    overlay: ["lib/", "lib/x.so=x", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
  },
  {
    name: "a link of the same layer as parent is followed",
    layers: [[...USR_MERGED, "lib/x.so=x"]],
    overlay: ["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/libc.so=c", "usr/lib/x.so=x"],
  },
  {
    name: "an absolute link as parent",
    layers: [["usr/", "usr/lib/", "lib -> /usr/lib"], ["lib/x=1"]],
    overlay: ["lib/", "lib/x=1", "usr/", "usr/lib/"],
    extract: ["lib -> /usr/lib", "usr/", "usr/lib/", "usr/lib/x=1"],
  },
  {
    name: "a dangling link as parent",
    layers: [["lib -> usr/lib"], ["lib/x=1"]],
    overlay: ["lib/", "lib/x=1"],
    extract: ["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/x=1"],
  },
  {
    name: "a link that leaves the root as parent (CVE-2024-9676's shape)",
    layers: [["up -> ../../.."], ["up/x=1"]],
    overlay: ["up/", "up/x=1"],
    extract: ["up -> ../../..", "x=1"],
  },
  {
    name: "links in a circle as parent",
    layers: [["l -> m", "m -> l"], ["l/x=1"]],
    overlay: ["l/", "l/x=1", "m -> l"],
    extract: ["l -> m", "m -> l"],
    remarks: ["link-loop"],
    noUmoci: "it fails with ELOOP",
    noContainerd: "it refuses them",
  },
  {
    name: "links in a circle over folders as parent",
    layers: [["a -> b/c", "b -> a/d"], ["a/x=1"]],
    overlay: ["a/", "a/x=1", "b -> a/d"],
    extract: ["a -> b/c", "b -> a/d"],
    remarks: ["link-loop"],
    noUmoci: "it fails with ELOOP",
    noContainerd: "it refuses them",
  },
  {
    name: "an opaque marker before its siblings",
    layers: [
      ["d/", "d/old=1"],
      ["d/", "d/.wh..wh..opq", "d/new=2"],
    ],
    overlay: ["d/", "d/new=2"],
  },
  {
    name: "an opaque marker behind its siblings",
    layers: [
      ["d/", "d/old=1"],
      ["d/", "d/new=2", "d/.wh..wh..opq"],
    ],
    overlay: ["d/", "d/new=2"],
  },
  {
    name: "an opaque marker behind a folder that is only implied",
    layers: [
      ["d/", "d/old=1", "d/sub/", "d/sub/old=1"],
      ["d/sub/new=2", "d/.wh..wh..opq"],
    ],
    overlay: ["d/", "d/sub/", "d/sub/new=2"],
  },
  {
    name: "an opaque marker, then a whiteout of the same folder",
    layers: [
      ["d/", "d/x=1"],
      ["d/.wh..wh..opq", ".wh.d"],
    ],
    overlay: ["d/"],
    extract: [],
    noContainerd: "it refuses a whiteout where something is",
  },
  {
    name: "a whiteout, then an opaque marker of the same folder",
    layers: [
      ["d/", "d/x=1"],
      [".wh.d", "d/.wh..wh..opq"],
    ],
    overlay: [],
    noKernel: "an unpacker cannot put a marker into a whiteout",
    noContainerd: "it refuses a marker in a whiteout",
  },
  {
    name: "an opaque root, which the kernel does not know",
    layers: [
      ["a=1", "d/", "d/b=1"],
      [".wh..wh..opq", "c=2"],
    ],
    overlay: ["a=1", "c=2", "d/", "d/b=1"],
    extract: ["c=2"],
  },
  {
    name: "an opaque marker behind a link",
    layers: [USR_MERGED, ["lib/.wh..wh..opq"]],
    overlay: ["lib/", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
    extract: ["lib -> usr/lib", "usr/", "usr/lib/"],
  },
  {
    name: "a whiteout before the file that takes its place",
    layers: [["a=old"], [".wh.a", "a=new"]],
    overlay: ["a=new"],
  },
  {
    name: "a whiteout behind the file that takes its place",
    layers: [["a=old"], ["a=new", ".wh.a"]],
    overlay: ["a=new"],
    noContainerd: "it refuses a whiteout where something is",
  },
  {
    name: "a whiteout before a folder that comes again: runtimes lose it to the folder",
    layers: [
      ["d/", "d/old=1"],
      [".wh.d", "d/", "d/new=2"],
    ],
    overlay: ["d/", "d/new=2", "d/old=1"],
    extract: ["d/", "d/new=2"],
    noKernel: "the unpacker of the test makes whiteouts at its end",
  },
  {
    name: "a whiteout behind a folder that comes again",
    layers: [
      ["d/", "d/old=1"],
      ["d/", "d/new=2", ".wh.d"],
    ],
    overlay: ["d/", "d/new=2"],
    noContainerd: "it refuses a whiteout where something is",
  },
  {
    name: "a whiteout of a folder with all that is below",
    layers: [["d/", "d/e/", "d/e/f=1", "g=2"], [".wh.d"], ["d/", "d/h=3"]],
    overlay: ["d/", "d/h=3", "g=2"],
  },
  {
    name: "a whiteout of a link, not of its target",
    layers: [["t=1", "l -> t"], [".wh.l"]],
    overlay: ["t=1"],
  },
  {
    name: "a whiteout of nothing",
    layers: [["a=1"], [".wh.none"]],
    overlay: ["a=1"],
  },
  {
    name: "a whiteout behind a link: finds the file only where links are followed",
    layers: [USR_MERGED, ["lib/.wh.libc.so"]],
    overlay: ["lib/", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
    extract: ["lib -> usr/lib", "usr/", "usr/lib/"],
  },
  {
    name: "a whiteout in a folder that has just replaced a link",
    layers: [USR_MERGED, ["lib/", "lib/.wh.libc.so"]],
    overlay: ["lib/", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
  },
  {
    name: "a whiteout whose folder a link replaces: it is gone with the folder",
    layers: [
      ["a/", "a/x=ax", "b/", "b/x=bx"],
      ["a/.wh.x", "a -> b"],
    ],
    overlay: ["a -> b", "b/", "b/x=bx"],
    noKernel: "the unpacker of the test keeps a folder that is not empty",
  },
  {
    name: "an opaque marker whose folder a link replaces: it is gone with the folder",
    layers: [
      ["a/", "a/x=ax", "b/", "b/x=bx"],
      ["a/.wh..wh..opq", "a -> b"],
    ],
    overlay: ["a -> b", "b/", "b/x=bx"],
    noKernel: "the unpacker of the test keeps a folder that is not empty",
  },
  {
    name: "a whiteout whose folder a link replaces, and was a link below",
    layers: [
      ["b/", "b/x=bx", "a -> b"],
      ["a/.wh.x", "a -> b"],
    ],
    overlay: ["a -> b", "b/", "b/x=bx"],
    extract: ["a -> b", "b/"],
    noKernel: "the unpacker of the test keeps a folder that is not empty",
  },
  {
    name: "a file whose folder a link replaces, and was a link below",
    layers: [USR_MERGED, ["lib/x.so=x", "lib -> opt"]],
    overlay: ["lib -> opt", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
    extract: ["lib -> opt", "usr/", "usr/lib/", "usr/lib/libc.so=c", "usr/lib/x.so=x"],
    noKernel: "the unpacker of the test keeps a folder that is not empty",
  },
  {
    name: "a whiteout behind a link of the same layer",
    layers: [
      ["a/", "a/x=ax", "b/", "b/x=bx"],
      ["b/", "a -> b", "a/.wh.x"],
    ],
    overlay: ["a -> b", "b/"],
  },
  {
    name: "an opaque marker behind a link of the same layer",
    layers: [
      ["a/", "a/x=ax", "b/", "b/x=bx"],
      ["b/", "b/y=2", "a -> b", "a/.wh..wh..opq"],
    ],
    overlay: ["a -> b", "b/", "b/y=2"],
  },
  {
    name: "a whiteout below a file: makes a folder, or finds nothing",
    layers: [["p=1"], ["p/.wh.x"]],
    overlay: ["p/"],
    extract: ["p=1"],
  },
  {
    name: "a whiteout in a folder that a whiteout hides",
    layers: [
      ["a/", "a/x=1"],
      [".wh.a", "a/.wh.x"],
    ],
    overlay: [],
    noKernel: "the unpacker of the test makes whiteouts at its end",
    noContainerd: "it refuses a whiteout in a whiteout, which containers/storage leaves out",
  },
  {
    name: "a whiteout before a folder that is only implied",
    layers: [
      ["a/", "a/x=1"],
      [".wh.a", "a/y=2"],
    ],
    overlay: ["a/", "a/y=2"],
    noContainerd: "it refuses a file in a whiteout",
  },
  {
    name: "a file, and a folder in its place, over a folder: shows that folder again",
    layers: [
      ["p/", "p/x=1"],
      ["p=1", "p/", "p/y=2"],
    ],
    overlay: ["p/", "p/x=1", "p/y=2"],
    extract: ["p/", "p/y=2"],
    remarks: ["duplicate-entry"],
  },
  {
    name: "an opaque folder, and a file and a folder in its place",
    layers: [
      ["a/", "a/x=1"],
      ["a/.wh..wh..opq", "a=2", "a/", "a/z=1"],
    ],
    overlay: ["a/", "a/x=1", "a/z=1"],
    extract: ["a/", "a/z=1"],
    remarks: ["duplicate-entry"],
    noKernel: "the unpacker of the test keeps a folder that is not empty",
  },
  {
    name: "a hardlink to a whiteout hides as well",
    layers: [
      ["a=1", "b=1"],
      [".wh.a", "b => a"],
    ],
    overlay: [],
    extract: ["b=1"],
    remarks: ["hardlink-without-target"],
    noKernel: "the unpacker of the test makes whiteouts at its end",
    noUmoci: "it fails",
  },
  {
    name: "a link of the same layer that leads out of what is not there",
    layers: [
      ["b/", "b/old=1", "n -> b"],
      ["l -> n/../c", "l/x=1", "l/.wh.y"],
    ],
    overlay: ["b/", "b/old=1", "c/", "c/x=1", "l -> n/../c", "n -> b"],
    noKernel: "the kernel follows no link through what is not there",
  },
  {
    name: "a whiteout behind 50 links of the same layer",
    layers: [
      ["d/", "d/x=1"],
      ["d/", "l0 -> d", ...Array.from({ length: 49 }, (_, index) => `l${index + 1} -> l${index}`), "l49/.wh.x"],
    ],
    overlay: ["d/", "l0 -> d", ...Array.from({ length: 49 }, (_, index) => `l${index + 1} -> l${index}`)],
    noKernel: "the kernel follows 40",
  },
  {
    name: "a hardlink, and an upper layer that replaces its target",
    layers: [["a=old", "b => a"], ["a=new"]],
    overlay: ["a=new", "b=old"],
  },
  {
    name: "a hardlink, and an upper layer that deletes its target",
    layers: [["a=1", "b => a"], [".wh.a"]],
    overlay: ["b=1"],
  },
  {
    name: "a hardlink to a file of a lower layer",
    layers: [["a=1"], ["b => a"]],
    overlay: ["a=1", "b=1"],
    noKernel: "a layer that is unpacked alone has no such file",
    noContainerd: "it refuses a hardlink whose target is not in the layer by then",
  },
  {
    name: "a hardlink to a file of a lower layer behind an opaque marker",
    layers: [
      ["d/", "d/a=1", "o=2"],
      ["d/b => o", "d/.wh..wh..opq"],
    ],
    overlay: ["d/", "d/b=2", "o=2"],
    noKernel: "a layer that is unpacked alone has no such file",
    noContainerd: "it refuses a hardlink whose target is not in the layer by then",
  },
  {
    name: "a hardlink through a link",
    layers: [[...USR_MERGED, "l => lib/libc.so"]],
    overlay: ["l=c", "lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/libc.so=c"],
  },
  {
    name: "a hardlink, and its target again in the same layer",
    layers: [["a=1", "b => a", "a=2"]],
    overlay: ["a=2", "b=1"],
    remarks: ["duplicate-entry"],
  },
  {
    name: "a hardlink before its target",
    layers: [["b => a", "a=1"]],
    overlay: ["a=1", "b=1"],
    noKernel: "unpackers fail",
    noUmoci: "it fails",
    noContainerd: "it refuses a hardlink whose target is not in the layer by then",
  },
  {
    name: "a hardlink without a target",
    layers: [["b => a", "c=1"]],
    overlay: ["c=1"],
    remarks: ["hardlink-without-target"],
    noKernel: "unpackers fail",
    noUmoci: "it fails",
    noContainerd: "it refuses a hardlink whose target is not in the layer by then",
  },
  {
    name: "a hardlink to a link is a link",
    layers: [["a=1", "l -> a", "h => l"]],
    overlay: ["a=1", "h -> a", "l -> a"],
  },
  {
    name: "a file replaced by a folder that is only implied",
    layers: [["p=1"], ["p/x=2"]],
    overlay: ["p/", "p/x=2"],
    noUmoci: "0.4 fails, 0.6 does as here",
  },
  {
    name: "a folder replaced by a link",
    layers: [["d/", "d/x=1", "e/", "e/y=2"], ["d -> e"]],
    overlay: ["d -> e", "e/", "e/y=2"],
  },
  {
    name: "a folder replaced by a file and back",
    layers: [["d/", "d/x=1"], ["d=file"], ["d/", "d/y=2"]],
    overlay: ["d/", "d/y=2"],
  },
  {
    name: "a folder replaced by a file, with whiteouts of what was in it, as umoci writes it",
    layers: [
      ["d/", "d/x=1", "e/", "e/y=1"],
      ["d=file", "d/.wh.x", "e/.wh..wh..opq", "e/.wh.y", "e=file"],
    ],
    overlay: ["d=file", "e=file"],
    noKernel: "an unpacker cannot put a whiteout into a file",
    noUmoci: "0.4 writes it, and unpacks it in this order of the first folder alone",
    noContainerd: "it refuses a whiteout in a file",
  },
  {
    name: "a folder replaced by a file, with a whiteout behind it",
    layers: [
      ["d/", "d/x=1"],
      ["d=file", "d/.wh.x"],
    ],
    overlay: ["d=file"],
    noKernel: "an unpacker cannot put a whiteout into a file",
    noContainerd: "it refuses a whiteout in a file",
  },
  {
    name: "a folder over a folder keeps what is in it",
    layers: [
      ["d/", "d/x=1"],
      ["d/", "d/y=2"],
    ],
    overlay: ["d/", "d/x=1", "d/y=2"],
  },
  {
    name: "one path twice in a layer: the last one counts",
    layers: [["a=1", "a=2"]],
    overlay: ["a=2"],
    remarks: ["duplicate-entry"],
  },
  {
    name: "one path twice in a layer, of two kinds",
    layers: [["a=1", "a/", "a/x=2"]],
    overlay: ["a/", "a/x=2"],
    remarks: ["duplicate-entry"],
  },
  {
    name: "AUFS' bookkeeping: entries are whiteouts, and what lies below them is seen",
    layers: [[".wh..wh.aufs=", ".wh..wh.orph/", ".wh..wh.plnk/", ".wh..wh.plnk/1.2=x", "a => .wh..wh.plnk/1.2"]],
    overlay: [".wh..wh.plnk/", ".wh..wh.plnk/1.2=x", "a=x"],
  },
  {
    name: "a name of AUFS in a folder: an entry is a whiteout, a file below it a file",
    layers: [
      ["d/", "d/.wh.y/f=0", "d/.wh.x/f=0"],
      ["d/", "d/.wh..wh.x/", "d/.wh..wh.x/lib=1", "d/.wh..wh.y=2"],
    ],
    overlay: ["d/", "d/.wh..wh.x/", "d/.wh..wh.x/lib=1"],
  },
  {
    name: "a name of AUFS that a link leads to",
    layers: [["z/"], ["l -> /d/.wh..wh.x", "l/lib=1"]],
    overlay: ["d/", "d/.wh..wh.x/", "d/.wh..wh.x/lib=1", "l -> /d/.wh..wh.x", "z/"],
    noKernel: "the unpacker of the test makes no folder behind a link",
  },
  {
    name: "a link that leads through a link below, and out of it again",
    layers: [
      ["a -> x/y", "b/", "x/y/", "x/b/"],
      ["l -> a/../b", "l/lib=1"],
    ],
    overlay: ["a -> x/y", "b/", "b/lib=1", "l -> a/../b", "x/", "x/b/", "x/y/"],
    extract: ["a -> x/y", "b/", "l -> a/../b", "x/", "x/b/", "x/b/lib=1", "x/y/"],
    noKernel: "the unpacker of the test makes no folder behind a link",
  },
  {
    name: "names that climb above the root stay in it",
    layers: [["../../a=1", "/b=2", "./c/../d=3"]],
    overlay: ["a=1", "b=2", "d=3"],
    noKernel: "the unpacker of the test would climb",
  },
  {
    name: "a pipe over a file",
    layers: [["a=1"], ["a |"]],
    overlay: ["a |"],
  },
  {
    name: "a character device 0/0 is a whiteout for the kernel, and a device for others",
    layers: [["d/", "d/a=1", "d/b=1"], ["d/a %"]],
    overlay: ["d/", "d/b=1"],
    extract: ["d/", "d/a |", "d/b=1"],
  },
  {
    name: "a character device 0/0 over a folder",
    layers: [["d/", "d/e/", "d/e/x=1"], ["d/e %"]],
    overlay: ["d/"],
    extract: ["d/", "d/e |"],
  },
  {
    name: "a character device 0/0 over nothing",
    layers: [["a %", "b=1"], ["c %"]],
    overlay: ["b=1"],
    extract: ["a |", "b=1", "c |"],
  },
  {
    name: "another name of a character device 0/0 hides as well",
    layers: [
      ["a=1", "b=1"],
      ["a %", "b => a"],
    ],
    overlay: [],
    extract: ["a |", "b |"],
  },
  {
    name: "a layer above the device 0/0 has its own file",
    layers: [["a=1"], ["a %"], ["a=2"]],
    overlay: ["a=2"],
  },
  {
    name: "a folder that is opaque by its attribute",
    layers: [
      ["d/", "d/a=1"],
      ["d/ @trusted.overlay.opaque=y", "d/b=2"],
    ],
    overlay: ["d/", "d/b=2"],
    extract: ["d/", "d/a=1", "d/b=2"],
    noContainerd: "1.6 leaves the attribute out",
  },
  {
    name: "a folder with an attribute that hides nothing",
    layers: [
      ["d/", "d/a=1"],
      ["d/ @trusted.overlay.impure=y", "d/b=2"],
    ],
    overlay: ["d/", "d/a=1", "d/b=2"],
  },
];
