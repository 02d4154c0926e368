/** Lists that sites have, each told by its content: what it stands for, and what is none of them. */
import { expect, test } from "vitest";
import type { SiteList } from "../../src/profiles/site-list.js";
import { toSiteList } from "../../src/profiles/to-site-list.js";
import { parseYaml } from "../../src/yaml.js";

function read(text: string): SiteList | undefined {
  const document = parseYaml(text, { scalars: "core" });
  return toSiteList(text, document.kind === "document" ? document.value : undefined);
}

const NVLIBLIST = `# nvliblist.conf
# put binaries here
nvidia-smi
# put libs here (must end in .so)
libcuda.so
libnvidia-ml.so
/usr/share/nvidia/nvoptix.bin
`;
const CDI = {
  cdiVersion: "0.5.0",
  kind: "nvidia.com/gpu",
  devices: [
    {
      name: "0",
      containerEdits: {
        deviceNodes: [{ path: "/dev/nvidia0" }],
        mounts: [{ hostPath: "/a.so", containerPath: "/b.so" }],
      },
    },
  ],
  containerEdits: {
    env: ["NVIDIA_VISIBLE_DEVICES=void"],
    mounts: [{ hostPath: "/usr/lib/libcuda.so.550.1", containerPath: "/usr/lib/libcuda.so.550.1", options: ["ro"] }],
  },
};
const MODULE = `name: mpich
cli_arg: mpi
help: Enable MPICH
env: [SLURM_*, PMI_*]
copy: ["/opt/mpich/lib*.so*:/opt/udiImage/lib/"]
bind: [/dev/xpmem, /var/spool/slurmd:/var/spool/slurmd]
`;
const HOOK = {
  version: "1.0.0",
  hook: {
    path: "/opt/sarus/bin/mpi_hook",
    env: ["LDCONFIG_PATH=/sbin/ldconfig", "MPI_LIBS=/opt/mpi/libmpi.so.12:/opt/mpi/libmpifort.so.12", "BIND_MOUNTS="],
    args: ["mount_hook", "--mount=type=bind,src=/opt/x/libxpmem.so.0,dst=/usr/lib/libxpmem.so.0"],
  },
  when: { annotations: { "^com.hooks.mpi.enabled$": "^true$" } },
};
const E4S = {
  name: "mpich",
  image: "",
  backend: "podman",
  files: ["/etc/x"],
  libraries: ["/opt/mpi/lib/libmpi.so.12"],
};

test.each([
  ["Apptainer's list of libraries", NVLIBLIST, ["libcuda.so", "libnvidia-ml.so", "/usr/share/nvidia/nvoptix.bin"]],
  ["CDI specification", JSON.stringify(CDI), ["/usr/lib/libcuda.so.550.1", "/a.so"]],
  [
    "CDI specification",
    "cdiVersion: 0.3.0\nkind: a/b\ndevices: []\ncontainerEdits:\n  mounts:\n    - {hostPath: /x.so, containerPath: /y.so}\n",
    ["/x.so"],
  ],
  ["module of podman-hpc", MODULE, ["/dev/xpmem", "/var/spool/slurmd", "/opt/mpich/lib*.so*"]],
  [
    "hook of Sarus",
    JSON.stringify(HOOK),
    ["/opt/mpi/libmpi.so.12", "/opt/mpi/libmpifort.so.12", "/opt/x/libxpmem.so.0"],
  ],
  ["profile of e4s-cl", JSON.stringify(E4S), ["/opt/mpi/lib/libmpi.so.12"]],
  ["profile of e4s-cl", JSON.stringify([E4S, { ...E4S, name: "b" }]), ["/opt/mpi/lib/libmpi.so.12"]],
])("%s", (format, text, values) => {
  const list = read(text);
  expect(list?.format).toBe(format);
  expect(list?.entries.map(({ value }) => value)).toEqual(values);
});

test.each([
  ["prose", "Put your libraries here, one a line."],
  ["an empty file", ""],
  ["comments alone", "# libcuda.so\n"],
  ["other JSON", '{"name": "x", "libraries": "libmpi"}'],
  ["libraries by name, of something else", '{"name": "x", "libraries": ["libmpi.so"]}'],
  ["a list of numbers", "[1, 2]"],
  ["broken JSON", '{"cdiVersion": "0.5.0"'],
  ["bytes", "\0\x01libcuda.so\n"],
])("%s is no list", (_what, text) => {
  expect(read(text)).toBeUndefined();
});

test("fields of another type are passed over", () => {
  const odd = {
    cdiVersion: "0.5.0",
    devices: [7, null, { containerEdits: [] }],
    containerEdits: { mounts: [3, { hostPath: 4 }] },
  };
  expect(read(JSON.stringify(odd))?.entries).toEqual([]);
});
