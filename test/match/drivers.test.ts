/** Libraries of the machine that an image asks for and lacks, with NVIDIA's own driver on the host. */
import { basename } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { match, readHost, type MatchCell, type MatchReport } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import type { SystemDescription } from "../scenarios/incident.js";
import { buildCudaCompat, CUDA_NOTE, hasGcc } from "../support/cuda-note.js";
import { program, type Files } from "../support/story-files.js";
import { describeSystem, findObstacle, writeImage, type ImageOf } from "./debian-images.js";
import { CPUINFO, writeHost } from "./hosts.js";

const SYSTEM = describeSystem("bookworm", "amd64");
const IN_PACKAGE = "/usr/lib/x86_64-linux-gnu/nvidia/current/";
/** Debian keeps several releases of the driver in folders of their own, and leads to one of them. */
const WITH_DRIVER: SystemDescription = {
  ...SYSTEM,
  moved: [
    {
      from: { suite: "bookworm", names: ["libcuda1"], nonFree: true },
      place: (path) =>
        path.startsWith(IN_PACKAGE) ? `/usr/lib/x86_64-linux-gnu/${path.slice(IN_PACKAGE.length)}` : undefined,
    },
  ],
};
const obstacle = findObstacle([SYSTEM, WITH_DRIVER]) ?? (hasGcc ? undefined : "no gcc");

/** A libcuda for forward compatibility, with and without what it works with; NVIDIA's own names the branches 535, 550 and 570. */
const compat = (folder: string, text: string): Files => ({
  "/usr/local/cuda-13.1/compat/libcuda.so.590.44.01": { bytes: buildCudaCompat(folder, { text }), mode: 0o644 },
});
const LATER = ["NVIDIA_REQUIRE_CUDA=cuda>=13.1"];

const needsCuda = { "/usr/bin/app": program({ needed: ["libcuda.so.1"] }) };
const namesCuda = { "/usr/bin/app": program({ contents: "\0libcuda.so.1\0" }) };

const opens = (note: object): Files => ({ "/usr/bin/app": program({ notes: { dlopen: [JSON.stringify([note])] } }) });

/** By image: what is in it beside Debian, and what it says that it needs. */
const IMAGES: Readonly<Record<string, Omit<ImageOf, "system" | "architecture">>> = {
  needs: { files: needsCuda, start: "/usr/bin/app" },
  "cannot do without": {
    files: opens({ soname: ["libcuda.so.1"], priority: "required" }),
    start: "/usr/bin/app",
  },
  recommends: { files: opens({ soname: ["libcuda.so.1"], priority: "recommended" }), start: "/usr/bin/app" },
  "says nothing of it": { files: opens({ soname: ["libcuda.so.1"] }), start: "/usr/bin/app" },
  suggests: { files: opens({ soname: ["libcuda.so.1"], priority: "suggested" }), start: "/usr/bin/app" },
  "has another": {
    files: opens({ soname: ["libcuda.so.1", "libc.so.6"], priority: "required" }),
    start: "/usr/bin/app",
  },
  names: { files: namesCuda, start: "/usr/bin/app" },
  requires: { env: ["NVIDIA_REQUIRE_CUDA=cuda>=12.2 brand=tesla,driver>=470,driver<471"] },
  "requires-later": { env: ["NVIDIA_REQUIRE_CUDA=cuda>=12.8"] },
  "requires-later-or-tesla": { env: ["NVIDIA_REQUIRE_CUDA=cuda>=12.8 brand=tesla,driver>=535,driver<536"] },
  "requires-nothing": { env: ["NVIDIA_REQUIRE_CUDA=cuda>=12.8", "NVIDIA_DISABLE_REQUIRE=true"] },
};

const COMPAT: Readonly<Record<string, string>> = {
  "brings-compat": CUDA_NOTE,
  "brings-compat-for-others": '{"CUDA Version": "13.1", "Driver": [580]}',
  "brings-compat-without-note": "not a word",
};

/** By image: the answer on a host with driver 535, and on one without. */
const ANSWERS: Readonly<Record<string, readonly [string, string]>> = {
  needs: ["runs-with-mounts driver-mounted", "will-not-run driver-missing"],
  "cannot do without": ["runs-with-mounts driver-mounted", "unknown driver-missing"],
  recommends: ["runs driver-optional", "runs driver-optional"],
  "says nothing of it": ["runs driver-optional", "runs driver-optional"],
  suggests: ["runs driver-optional", "runs driver-optional"],
  "has another": ["runs", "runs"],
  names: ["runs driver-optional", "runs driver-optional"],
  requires: ["runs", "unknown cuda-unknown"],
  "requires-later": ["will-not-run cuda-unsatisfied", "unknown cuda-unknown"],
  "requires-later-or-tesla": ["unknown cuda-unknown", "unknown cuda-unknown"],
  "requires-nothing": ["runs", "runs"],
  "brings-compat": ["unknown cuda-unknown", "unknown cuda-unknown"],
  "brings-compat-for-others": ["will-not-run cuda-unsatisfied", "unknown cuda-unknown"],
  "brings-compat-without-note": ["unknown cuda-unknown", "unknown cuda-unknown"],
};

describe.skipIf(obstacle !== undefined)(`drivers${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  const folder = createFolder();
  let report: MatchReport;

  beforeAll(async () => {
    const images = Object.entries(IMAGES).map(([name, image]) =>
      writeImage(folder, `${name}.tar`, { system: SYSTEM, architecture: "amd64", ...image }),
    );
    for (const [name, text] of Object.entries(COMPAT)) {
      const image = { system: SYSTEM, architecture: "amd64", files: compat(folder, text), env: LATER } as const;
      images.push(writeImage(folder, `${name}.tar`, image));
    }
    const hosts = [
      await writeHost(folder, "gpu", { system: WITH_DRIVER, cpuinfo: CPUINFO.v3 }),
      await writeHost(folder, "plain", { system: SYSTEM, cpuinfo: CPUINFO.v3 }),
    ];
    report = await match(images, { hosts: await Promise.all(hosts.map((host) => readHost(host))) });
  });

  const cellsOf = (image: string): readonly MatchCell[] =>
    report.cells.filter((cell) => basename(cell.image) === `${image}.tar`);

  test.each(Object.entries(ANSWERS))("%s", (image, expected) => {
    const told = cellsOf(image).map(({ verdict, reasons }) => [verdict, ...reasons.map(({ id }) => id)].join(" "));
    expect(told).toEqual(expected);
  });

  test("what is brought for forward compatibility is told", () => {
    const messages = ["brings-compat", "brings-compat-for-others"].map((name) => cellsOf(name)[0]?.reasons[0]?.message);
    expect(messages).toEqual([
      "It needs another NVIDIA driver than 535.261.03, and brings the libcuda in /usr/local/cuda-13.1/compat, of driver 590.44.01 and CUDA 13.1, which works with that one on data centre GPUs",
      "It needs another NVIDIA driver than the host's 535.261.03, the libcuda in /usr/local/cuda-13.1/compat, of driver 590.44.01 and CUDA 13.1, is not for that one, and NVIDIA's container toolkit refuses to start it",
    ]);
  });

  test("what is mounted is judged as analyze judges it, and says so", () => {
    const [cell] = cellsOf("needs");
    expect(cell?.reasons[0]?.message).toMatch(
      /^It asks for libcuda\.so\.1 \(NVIDIA's driver\) and lacks it; the host's may be mounted \((?:safe|loads|safe-with)\)/,
    );
    expect(cell?.reasons[0]?.subjects).toEqual(["/usr/bin/app"]);
  });
});
