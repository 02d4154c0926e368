/** What a host knows beside its libraries: modules of its kernel, and programs that start containers. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readKernelModules } from "../../src/host/kernel-modules.js";
import { readRootFolder } from "../../src/host/live.js";
import { readPackageVersions } from "../../src/host/package-versions.js";
import { parseProfile, toProfile } from "../../src/host/profile.js";
import { buildElf } from "../support/elf-builder.js";
import { writeRoot, type RootFiles } from "../cli/root-files.js";
import { createFolder } from "../cli/run-cli.js";
import { HOST } from "../cli/verdict-roots.js";

const cwd = createFolder();
const PROGRAM = buildElf({ interp: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] });

async function describeRoot(name: string, files: RootFiles) {
  const folder = writeRoot(join(cwd, name), { ...HOST, ...files });
  return toProfile(await readRootFolder(folder, { folders: [], trees: [] }));
}

const status = (name: string, version: string) =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`;

describe("what no loader searches for", () => {
  const LIB = "usr/lib/x86_64-linux-gnu";
  const define = (soname: string, ...names: readonly string[]): Uint8Array =>
    buildElf({ soname, symbols: names.map((name) => ({ name })) });

  test("a driver that a text names by its path", async () => {
    const { gpu } = await describeRoot("icd", {
      "etc/OpenCL/vendors/own.icd": "/opt/own/libowncl.so\n",
      "opt/own/libowncl.so": define("libowncl.so", "clIcdGetPlatformIDsKHR"),
      "usr/share/vulkan/icd.d/own.json": '{ "ICD": { "library_path": "/opt/own/libownvk.so" } }',
      "opt/own/libownvk.so": define("libownvk.so", "vk_icdGetInstanceProcAddr"),
    });
    expect(gpu?.map(({ family, parts }) => [family, parts.map(({ role, path }) => [role, path])])).toEqual([
      ["opencl", [["driver", "/opt/own/libowncl.so"]]],
      ["vulkan", [["driver", "/opt/own/libownvk.so"]]],
    ]);
  });
  test("providers in folders beside the library", async () => {
    const { fabric } = await describeRoot("providers", {
      [`${LIB}/libfabric.so.1`]: define("libfabric.so.1", "fi_getinfo", "fi_fabric"),
      [`${LIB}/libfabric/libpsm3-fi.so`]: define("libpsm3-fi.so", "fi_prov_ini"),
      [`${LIB}/libibverbs.so.1`]: define("libibverbs.so.1", "ibv_get_device_list", "ibv_open_device"),
      [`${LIB}/libibverbs/libefa-rdmav34.so`]: { link: "../libefa.so.1" },
      [`${LIB}/libefa.so.1`]: buildElf({
        soname: "libefa.so.1",
        requires: [{ file: "libibverbs.so.1", versions: ["IBVERBS_PRIVATE_34"] }],
      }),
      [`${LIB}/ucx/libuct_cma.so.0`]: buildElf({ soname: "libuct_cma.so.0", needed: ["libuct.so.0"] }),
    });
    expect(fabric?.map(({ family, parts }) => [family, parts.flatMap(({ provider }) => provider ?? [])])).toEqual([
      ["libfabric", ["psm3"]],
      ["rdma-core", ["efa"]],
      ["ucx", ["cma"]],
    ]);
  });
});

describe("container runtimes", () => {
  test("Apptainer of a release that is known searches drivers in one way, and its link by Singularity's name is no other", async () => {
    const { runtimes } = await describeRoot("apptainer", {
      "usr/bin/apptainer": PROGRAM,
      "usr/bin/singularity": { link: "apptainer" },
      "var/lib/dpkg/status": status("zlib1g", "1:1.2.13-1") + status("apptainer", "1.5.1-2"),
    });
    expect(runtimes).toMatchObject([{ name: "Apptainer", version: "1.5.1", path: "/usr/bin/apptainer" }]);
    expect(runtimes?.[0]?.injections.map(({ placement }) => placement)).toEqual(["over", "last"]);
  });
  test("of a release that is not known, in each way", async () => {
    const { runtimes } = await describeRoot("unknown", { "usr/bin/apptainer": PROGRAM });
    expect(runtimes?.[0]?.version).toBeUndefined();
    expect(runtimes?.[0]?.injections).toMatchObject([{ placement: "over" }, { until: "1.5.0" }, { since: "1.5.0" }]);
  });
  test("a script by Docker's name is not Docker", async () => {
    const { runtimes } = await describeRoot("podman-docker", {
      "usr/bin/docker": '#!/bin/sh\nexec podman "$@"\n',
      "usr/bin/podman": PROGRAM,
      "usr/bin/enroot": "#!/bin/bash\n",
    });
    expect(runtimes?.map(({ name }) => name)).toEqual(["Podman", "enroot"]);
  });
  test("travel with a profile, releases too", async () => {
    const profile = await describeRoot("apptainer", {});
    expect(toProfile(parseProfile(JSON.stringify(profile), "p.json")).runtimes).toEqual(profile.runtimes);
  });
});

test("packages of Alpine have releases too", () => {
  const folder = writeRoot(join(cwd, "alpine"), {
    "lib/apk/db/installed": "C:Q1x=\nP:podman\nV:4.5.1-r3\n\nP:musl\nV:1.2.4-r0\n\n",
  });
  expect([...readPackageVersions(folder, new Set(["podman"]))]).toEqual([["podman", "4.5.1"]]);
});

describe("kernel modules", () => {
  // No machine that runs tests has these drivers: the files are as the kernel shows them on those that have.
  test.each([
    [
      "535.129.03",
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\nGCC version:  gcc\n",
    ],
    ["595.91.07", "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  595.91.07  Release Build  (abuild@host)\n"],
  ])("NVIDIA's is %s by /proc/driver/nvidia/version", (version, text) => {
    const folder = writeRoot(join(cwd, `nvidia-${version}`), {
      "sys/module/nvidia/refcnt": "0\n",
      "proc/driver/nvidia/version": text,
    });
    expect(readKernelModules(folder)).toEqual([{ name: "nvidia", family: "nvidia", version }]);
  });
  test("a module that carries a version says it, and one that comes with the kernel says none", () => {
    const folder = writeRoot(join(cwd, "modules"), {
      "sys/module/amdgpu/version": "6.8.5\n",
      "sys/module/mlx5_ib/refcnt": "2\n",
    });
    expect(readKernelModules(folder)).toEqual([
      { name: "amdgpu", family: "rocm", version: "6.8.5" },
      { name: "mlx5_ib", family: "rdma-core" },
    ]);
  });
  const isLinux = existsSync("/sys/module");
  test.skipIf(!isLinux)(
    `of this machine are those in /sys/module${isLinux ? "" : " (skipped: no /sys/module)"}`,
    () => {
      const loaded = new Set(readdirSync("/sys/module"));
      for (const { name, version } of readKernelModules()) {
        expect(loaded).toContain(name);
        const file = `/sys/module/${name}/version`;
        if (existsSync(file)) expect(version).toBe(readFileSync(file, "utf8").trim());
      }
    },
  );
});
