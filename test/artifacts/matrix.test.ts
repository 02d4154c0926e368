/**
 * An image that is matched by its artifact alone: the matrix of Debian releases, machines and hosts, and images that are not as simple. Each
 * form answers as the image itself does, or does not know; those that can say everything answer as the image does wherever CPU and kernel decide.
 */
import { basename, join } from "node:path";
import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { describeArtifacts, match, readHost, type Host, type MatchCell } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { DEBIAN_HOSTS } from "../match/debian-hosts.js";
import {
  ARCHITECTURES,
  describeSystem,
  findObstacle,
  SUITES,
  writeImage,
  type ImageOf,
} from "../match/debian-images.js";
import { CPUINFO, writeHost, type HostOf } from "../match/hosts.js";
import { library, program, type Files } from "../support/story-files.js";

const FORMATS = ["compspec", "oci-b", "oci-h", "oci-j", "nfd", "ocifit"] as const;
/** forms that have room for all that is claimed */
const WHOLE: readonly string[] = FORMATS.slice(0, 4);

const AMD64 = describeSystem("bookworm", "amd64");
const X86_ISA_1_NEEDED = 0xc0008002;
const V3 = { properties: [{ type: X86_ISA_1_NEEDED, value: 1 << 2 }] };
const starts = (path: string, file: Files[string]): Omit<ImageOf, "architecture"> => ({
  system: AMD64,
  files: { [path]: file },
  start: path,
});

/** Images of bookworm with a program of which nobody would think. */
const ODD: Readonly<Record<string, Omit<ImageOf, "architecture">>> = {
  "needs-cuda": starts("/usr/bin/app", program({ needed: ["libcuda.so.1"] })),
  "names-cuda": starts("/usr/bin/app", program({ contents: "\0libcuda.so.1\0" })),
  "may-open-cuda": starts(
    "/usr/bin/app",
    program({ notes: { dlopen: [JSON.stringify([{ soname: ["libcuda.so.1"], priority: "required" }])] } }),
  ),
  "lacks-a-library": starts("/usr/bin/app", program({ needed: ["libnowhere.so.1"] })),
  "for-32-bit": starts("/usr/bin/app", program({ machine: "i386", interp: "/lib/ld-linux.so.2", libc: "" })),
  "for-v3": starts("/usr/bin/app", program({ notes: V3 })),
  "for-v3-beside": {
    system: AMD64,
    files: { "/usr/bin/app": program({ notes: V3 }), "/usr/bin/low": program({}) },
    start: "/usr/bin/low",
  },
  "for-v3-in-a-shell": { system: AMD64, files: { "/usr/bin/app": program({ notes: V3 }) } },
  "for-v3-in-bullseye": {
    ...starts("/usr/bin/app", program({ notes: V3 })),
    system: describeSystem("bullseye", "amd64"),
  },
  "for-a-later-kernel": {
    ...starts("/usr/bin/app", program({ needed: ["libx.so.1"] })),
    system: {
      ...describeSystem("bullseye", "amd64"),
      files: {
        "/usr/lib/x86_64-linux-gnu/libx.so.1": library({
          soname: "libx.so.1",
          notes: { abiTag: { os: 0, kernel: [4, 18, 0] } },
        }),
      },
    },
  },
  "says-what-it-needs": { system: AMD64, env: ["NVIDIA_REQUIRE_CUDA=cuda>=12.8"] },
  "with-copies": {
    ...starts("/usr/bin/app", program({ needed: ["libx.so.1"] })),
    system: {
      ...AMD64,
      files: {
        "/usr/lib/x86_64-linux-gnu/libx.so.1": library({ soname: "libx.so.1" }),
        "/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/libx.so.1": library({
          soname: "libx.so.1",
          needed: ["libgone.so.1"],
        }),
      },
    },
  },
};

const HOSTS: Readonly<Record<string, HostOf>> = {
  ...DEBIAN_HOSTS,
  low: { system: AMD64, kernel: "6.1.0", cpuinfo: CPUINFO.v1 },
  middle: { system: AMD64, kernel: "4.4.0", cpuinfo: CPUINFO.v3 },
  "with-a-driver": {
    system: { ...AMD64, files: { "/usr/lib/x86_64-linux-gnu/libcuda.so.1": library({ soname: "libcuda.so.1" }) } },
    kernel: "6.1.0",
    cpuinfo: CPUINFO.v3,
  },
};

const DEBIAN = SUITES.flatMap((suite) => ARCHITECTURES.map((architecture) => ({ suite, architecture })));
const obstacle = findObstacle([...DEBIAN.map(({ suite, architecture }) => describeSystem(suite, architecture))]);

describe.skipIf(obstacle !== undefined)(
  `artifacts in the place of images${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    const folder = createFolder();
    let hosts: readonly Host[];
    let own: readonly MatchCell[];
    const byFormat = new Map<string, readonly MatchCell[]>();
    const key = ({ image, host }: MatchCell): string =>
      `${basename(image).replace(/\..*$/, "")} on ${basename(host, ".json")}`;

    beforeAll(async () => {
      const images = [
        ...DEBIAN.map(({ suite, architecture }) =>
          writeImage(folder, `${suite}-${architecture}.tar`, {
            system: describeSystem(suite, architecture),
            architecture,
          }),
        ),
        ...Object.entries(ODD).map(([name, of]) => writeImage(folder, `${name}.tar`, { ...of, architecture: "amd64" })),
      ];
      const opened = [];
      for (const [name, host] of Object.entries(HOSTS))
        opened.push(await readHost(await writeHost(folder, name, host)));
      hosts = opened;
      own = (await match(images, { hosts })).cells;
      for (const image of images) {
        const { artifacts } = await describeArtifacts(image, { formats: FORMATS });
        const files = artifacts.map(({ format, text }) => {
          const file = join(folder, `${basename(image, ".tar")}.${format}`);
          writeFileSync(file, text);
          return { format, file };
        });
        const { cells } = await match(
          files.map(({ file }) => file),
          { hosts },
        );
        for (const { format, file } of files)
          byFormat.set(format, [...(byFormat.get(format) ?? []), ...cells.filter((cell) => cell.image === file)]);
      }
    }, 300_000);

    test.each(FORMATS)("%s never says anything else than the image", (format) => {
      const told = new Map(own.map((cell) => [key(cell), cell.verdict]));
      const others = (byFormat.get(format) ?? []).filter(
        (cell) => cell.verdict !== "unknown" && cell.verdict !== told.get(key(cell)),
      );
      expect(byFormat.get(format)).toHaveLength(own.length);
      expect(others.map((cell) => `${key(cell)}: ${cell.verdict}, not ${told.get(key(cell)) ?? ""}`)).toEqual([]);
    });

    test.each(WHOLE)("%s knows whatever CPU and kernel decide", (format) => {
      const told = new Map((byFormat.get(format) ?? []).map((cell) => [key(cell), cell.verdict]));
      const silent = own.filter((cell) => cell.verdict !== "unknown" && told.get(key(cell)) === "unknown").map(key);
      expect(silent.sort()).toEqual(UNDECIDED);
    });

    test("Node Feature Discovery's rules know machines, CPUs and kernels that are refused", () => {
      const refused = own.filter(({ verdict }) => verdict === "will-not-run");
      const known = (byFormat.get("nfd") ?? []).filter(({ verdict }) => verdict === "will-not-run").map(key);
      expect(known).toContain("for-v3 on low");
      expect(known).toContain("bullseye-amd64 on old");
      expect(known).toContain("bookworm-arm64 on new");
      expect(known.length).toBeGreaterThan(refused.length / 2);
      expect(known.length).toBeLessThan(refused.length);
    });
  },
);

/** What an artifact does not know, though the image itself does. */
const UNDECIDED: readonly string[] = [
  // Whether the host's driver may be mounted.
  "may-open-cuda on with-a-driver",
  "needs-cuda on with-a-driver",
  // A better CPU is worse for it: of what has no order nothing is claimed.
  "with-copies on low",
  "with-copies on middle",
  "with-copies on new",
  "with-copies on with-a-driver",
];
