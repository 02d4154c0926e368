/** What a mounted library needs beside it, asked of small worlds: what the host has, where it belongs in the image, whether it is there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analyze, readHost, type Report } from "../../src/index.js";
import { parseProfile, toProfile } from "../../src/host/profile.js";
import { gives, installed, link, text, type Files } from "../support/story-files.js";
import { toImageTar, writeFiles } from "../support/story-image.js";
import { debian12, debian13, MULTIARCH } from "../support/story-systems.js";

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-companions-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Asked {
  readonly library: string;
  readonly mounts?: readonly string[];
  readonly placement?: "over" | "first";
}

/** The findings of the rule, from a root folder and from the profile that was made of it: both must say the same. */
async function ask(image: Files, host: Files, { library, ...options }: Asked): Promise<readonly string[]> {
  const place = join(folder, String((count += 1)));
  writeFiles(join(place, "host"), host);
  writeFileSync(join(place, "image.tar"), toImageTar({ layers: [image] }));
  const live = await readHost(join(place, "host"));
  const saved = parseProfile(JSON.stringify(toProfile(live)), live.source);
  const reports: Report[] = [];
  for (const one of [live, saved]) {
    reports.push(await analyze(join(place, "image.tar"), { host: one, libraries: [library], ...options }));
  }
  expect(reports[1]).toEqual(reports[0]);
  return (reports[0] as Report).mounts
    .filter(({ soname }) => soname === library)
    .flatMap(({ findings }) =>
      findings.filter(({ rule }) => rule === "companion-missing").map(({ message }) => message),
    );
}

const named = (path: string, soname: string, symbol: string, needed: readonly string[] = []): Files =>
  installed(path, { soname, needed: [...needed], symbols: gives(`${symbol}@V_1`) });
const bind = (path: string): string => `${path}:${path}`;

test("a library looks where it was built for, which is the host's folder", async () => {
  const host = debian13({
    ...named("/opt/fabric/lib/libfabric.so.1", "libfabric.so.1", "fi_getinfo"),
    "/opt/fabric/lib/libfabric/libcxi-fi.so": text("a plugin"),
    "/etc/ld.so.conf": text("/opt/fabric/lib\n"),
    [`${MULTIARCH}/libfabric.so.1`]: link("/opt/fabric/lib/libfabric.so.1"),
  });
  const own = debian12({ [`${MULTIARCH}/libfabric/libcxi-fi.so`]: link("../libfabric.so.1") });
  const [message] = await ask(own, host, { library: "libfabric.so.1" });
  expect(message).toContain("opens /opt/fabric/lib/libfabric/libcxi-fi.so at run time");
  const mounts = [bind("/opt/fabric/lib/libfabric")];
  expect(await ask(own, host, { library: "libfabric.so.1", mounts })).toEqual([]);
});

test("a plugin that is a link needs the file that it leads to", async () => {
  const host = debian13({
    ...named(`${MULTIARCH}/libibverbs.so.1`, "libibverbs.so.1", "ibv_open_device"),
    ...named(`${MULTIARCH}/libmlx5.so.1`, "libmlx5.so.1", "mlx5dv_init"),
    [`${MULTIARCH}/libibverbs/libmlx5-rdmav34.so`]: link("../libmlx5.so.1"),
    [`${MULTIARCH}/libibverbs/libsiw-rdmav34.so`]: text("a plugin"),
  });
  const mounts = [bind(`${MULTIARCH}/libibverbs`)];
  const [message, ...others] = await ask(debian12({}), host, { library: "libibverbs.so.1", mounts });
  expect(others).toEqual([]);
  expect(message).toContain(`does not have what that leads to, ${MULTIARCH}/libmlx5.so.1`);
  const both = [...mounts, bind(`${MULTIARCH}/libmlx5.so.1`)];
  expect(await ask(debian12({}), host, { library: "libibverbs.so.1", mounts: both })).toEqual([]);
});

test("a library that asks where it was loaded from looks beside the place where it is mounted", async () => {
  const host = debian13({
    ...named(`${MULTIARCH}/librocblas.so.4`, "librocblas.so.4", "rocblas_create_handle"),
    [`${MULTIARCH}/rocblas/library/TensileLibrary.dat`]: text("kernels"),
  });
  const [message] = await ask(debian12({}), host, { library: "librocblas.so.4", placement: "first" });
  expect(message).toContain("/.containerspec/lib/rocblas/library/TensileLibrary.dat");
  const mounts = [`${MULTIARCH}/rocblas:/.containerspec/lib/rocblas`];
  const withData = { library: "librocblas.so.4", placement: "first", mounts } as const;
  await expect(ask(debian12({}), host, withData)).rejects.toMatchObject({ code: "usage" });
  const folderOnly = [`${MULTIARCH}/rocblas/library:/.containerspec/lib/rocblas/library`];
  expect(await ask(debian12({}), host, { ...withData, mounts: folderOnly })).toEqual([]);
});

const opencl = named(`${MULTIARCH}/libOpenCL.so.1`, "libOpenCL.so.1", "clGetPlatformIDs");
const vendor = named("/opt/vendor/lib/libvendorcl.so", "libvendorcl.so", "clIcdGetPlatformIDsKHR");

test("a text is there only where the driver that it names is there", async () => {
  const host = debian13({
    ...opencl,
    ...vendor,
    "/etc/OpenCL/vendors/v.icd": text("/opt/vendor/lib/libvendorcl.so\n"),
  });
  const none = await ask(debian12({}), host, { library: "libOpenCL.so.1" });
  expect(none.join()).toContain("/etc/OpenCL/vendors/v.icd");
  const texts = { library: "libOpenCL.so.1", mounts: [bind("/etc/OpenCL/vendors")] };
  const [nowhere] = await ask(debian12({}), host, texts);
  expect(nowhere).toContain("does not have what that leads to, /opt/vendor/lib/libvendorcl.so");
  const stale = debian12({ "/etc/OpenCL/vendors/old.icd": text("libgone.so.1\n") });
  expect(await ask(stale, host, { library: "libOpenCL.so.1" })).toHaveLength(1);
  const working = debian12({ ...vendor, "/etc/OpenCL/vendors/own.icd": text("/opt/vendor/lib/libvendorcl.so\n") });
  expect(await ask(working, host, { library: "libOpenCL.so.1" })).toEqual([]);
});

test("a driver needs the text that names it", async () => {
  const manifest = (path: string) =>
    text(JSON.stringify({ file_format_version: "1.0.0", ICD: { library_path: path } }));
  const driver = named(`${MULTIARCH}/libvulkan_test.so`, "libvulkan_test.so", "vk_icdGetInstanceProcAddr");
  for (const path of [
    "libvulkan_test.so",
    `${MULTIARCH}/libvulkan_test.so`,
    "../../../lib/x86_64-linux-gnu/libvulkan_test.so",
  ]) {
    const host = debian13({ ...driver, "/usr/share/vulkan/icd.d/test.json": manifest(path) });
    const asked = { library: "libvulkan_test.so" };
    const [message, ...others] = await ask(debian12({}), host, asked);
    expect(others).toEqual([]);
    expect(message).toContain("/usr/share/vulkan/icd.d/test.json");
    const image = debian12({ "/usr/share/vulkan/icd.d/mine.json": manifest(path) });
    expect(await ask(image, host, asked)).toEqual([]);
  }
});

test("a library that is opened by its name is looked for as a loader looks for it", async () => {
  const cuda = named(`${MULTIARCH}/libcuda.so.1`, "libcuda.so.1", "cuInit");
  const compiler = named(`${MULTIARCH}/libnvidia-ptxjitcompiler.so.1`, "libnvidia-ptxjitcompiler.so.1", "__nvptx");
  const host = debian13({ ...cuda, ...compiler });
  const [message] = await ask(debian12({}), host, { library: "libcuda.so.1" });
  expect(message).toContain("opens libnvidia-ptxjitcompiler.so.1 at run time");
  expect(await ask(debian12(compiler), host, { library: "libcuda.so.1" })).toEqual([]);
  expect(await ask(debian12({}), debian13(cuda), { library: "libcuda.so.1" })).toEqual([]);
});

test("who needs a certain library has no such need", async () => {
  const dri = { [`${MULTIARCH}/dri/iris_dri.so`]: link("../libgallium-25.so") };
  const mesa = (needed: readonly string[]) =>
    debian13({
      ...named(`${MULTIARCH}/libGLX_mesa.so.0`, "libGLX_mesa.so.0", "__glx_Main", needed),
      ...gallium,
      ...dri,
    });
  const gallium = named(`${MULTIARCH}/libgallium-25.so`, "libgallium-25.so", "gallium");
  expect(await ask(debian12(gallium), mesa([]), { library: "libGLX_mesa.so.0" })).toHaveLength(1);
  expect(await ask(debian12(gallium), mesa(["libgallium-25.so"]), { library: "libGLX_mesa.so.0" })).toEqual([]);
});
