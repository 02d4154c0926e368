/** The rows that docs/host.md shows are those that a profile of such a host gives. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { HostProfile } from "../../src/host/profile-schema.js";
import { renderHost } from "../../src/reporters/host-text.js";

const PAGE = readFileSync(new URL("../../docs/host.md", import.meta.url), "utf8");
const LIB = "/usr/lib/x86_64-linux-gnu";

const PROFILE: HostProfile = {
  schemaVersion: "1.0.0",
  kind: "containerspec-host-profile",
  source: "live",
  name: "",
  libc: { family: "glibc", version: "2.36" },
  mpi: [
    { family: "open-mpi", name: "Open MPI", version: "4.1.4", abi: "open-mpi-40", path: `${LIB}/libmpi.so.40.30.4` },
    { family: "mpich", name: "MPICH", version: "4.0.2", abi: "mpich-12", path: `${LIB}/libmpich.so.12.2.2` },
  ],
  gpu: [
    {
      family: "nvidia",
      name: "NVIDIA",
      version: "535.261.03",
      parts: [{ role: "driver", path: `${LIB}/libcuda.so.535.261.03`, version: "535.261.03" }],
    },
    {
      family: "opencl",
      name: "OpenCL",
      version: "2.3.1",
      api: "3.0",
      parts: [{ role: "loader", path: `${LIB}/libOpenCL.so.1.0.0`, version: "2.3.1" }],
    },
  ],
  fabric: [
    { family: "libfabric", name: "libfabric", version: "1.17.0", api: "1.6", parts: [] },
    {
      family: "rdma-core",
      name: "RDMA verbs",
      version: "44.0",
      api: "1.14",
      parts: ["efa", "mlx4", "mlx5"].map((provider) => ({ role: "provider", path: `${LIB}/lib${provider}`, provider })),
    },
    {
      family: "ucx",
      name: "UCX",
      version: "1.13.1",
      parts: ["cma", "ib", "rdmacm"].map((provider) => ({
        role: "provider",
        path: `${LIB}/ucx/${provider}`,
        provider,
      })),
    },
  ],
  kernelModules: [
    { name: "nvidia", family: "nvidia", version: "535.261.03" },
    { name: "nvidia_uvm", family: "nvidia", version: "535.261.03" },
    { name: "mlx5_ib", family: "rdma-core" },
  ],
  runtimes: [
    {
      name: "Apptainer",
      path: "/usr/bin/apptainer",
      version: "1.4.1",
      injections: [
        { what: "files that the user names", by: "a bind mount", placement: "over", ldCache: "shipped" },
        {
          what: "drivers",
          by: "--nv, --rocm",
          placement: "first",
          folder: "/.singularity.d/libs",
          ldCache: "shipped",
          until: "1.5.0",
        },
      ],
    },
  ],
  libraries: [],
  folders: [],
  files: [],
};

test("are in the page", () => {
  const text = renderHost(PROFILE, { color: false, width: 100 });
  const shown = text.split("\n").slice(
    text.split("\n").findIndex((line) => line.startsWith("MPI")),
    text.split("\n").findIndex((line) => line.startsWith("Libraries")),
  );
  expect(shown.length).toBeGreaterThan(8);
  expect(PAGE).toContain(shown.join("\n"));
});

test("NVIDIA's libraries beside a module of another release are told", () => {
  const kernelModules = [{ name: "nvidia", family: "nvidia", version: "550.54.15" }];
  const text = renderHost({ ...PROFILE, kernelModules }, { color: false, width: 200 });
  expect(text).toContain("NVIDIA 535.261.03; kernel modules nvidia 550.54.15 (NOT the libraries' release)");
});

test("a host without any has no such row", () => {
  const { mpi: _m, gpu: _g, fabric: _f, kernelModules: _k, runtimes: _r, ...older } = PROFILE;
  expect(renderHost(older, { color: false, width: 100 })).not.toMatch(/^(?:MPI|GPU|Fabric|Runtimes)/m);
});
