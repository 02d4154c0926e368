/**
 * Programs that start containers, and where each puts libraries of the host: what `analyze --placement`, `--mount-folder` and
 * `--ld-cache` have to say for an answer that holds there.
 */

export interface Injection {
  /** what is put into a container */
  readonly what: string;
  /** the option or the hook that does it */
  readonly by: string;
  /** over the image's file of a name, or in a folder that is searched first or last */
  readonly placement: "over" | "first" | "last";
  /** the folder inside; absent where it is that of the image's file, or what the user names */
  readonly folder?: string;
  /** which ld.so.cache processes meet */
  readonly ldCache: "shipped" | "regenerated";
  /** the first release for which this holds, and the first for which it does not */
  readonly since?: string;
  readonly until?: string;
  readonly source: string;
}

export interface ContainerRuntime {
  readonly name: string;
  /** names of its program */
  readonly programs: readonly string[];
  /** it is a script: a binary, or a script of that name, is something else (podman-docker's docker is one) */
  readonly isScript?: true;
  /** names of its package, for the release */
  readonly packages: readonly string[];
  readonly injections: readonly Injection[];
}

const BIND: Injection = {
  what: "files that the user names",
  by: "a bind mount",
  placement: "over",
  ldCache: "shipped",
  source: "mount(2): a bind hides what is there and runs nothing",
};
const CDI: Injection = {
  what: "the NVIDIA driver",
  by: "a CDI device",
  placement: "over",
  ldCache: "regenerated",
  source: "nvidia-container-toolkit: `nvidia-ctk cdi generate` keeps the host's paths and adds the hook update-ldcache",
};
const NVIDIA_CLI: Injection = {
  what: "the NVIDIA driver",
  by: "nvidia-container-cli",
  placement: "over",
  ldCache: "regenerated",
  source:
    "libnvidia-container: /usr/lib/<triplet> where /etc/debian_version is, else /usr/lib64; the host's ldconfig runs in the container",
};
/** --nv and --rocm before and after the change of Apptainer 1.5. */
const SINGULARITY_LIBS = {
  what: "drivers",
  by: "--nv, --rocm",
  folder: "/.singularity.d/libs",
  ldCache: "shipped",
} as const;
const SHIFTER_MPICH: Injection = {
  what: "Cray MPICH",
  by: "the module mpich",
  placement: "first",
  folder: "/opt/udiImage/modules/mpich/lib64",
  ldCache: "shipped",
  source:
    "Shifter's prep_cray_mpi_libs.py and udiRoot.conf: LD_LIBRARY_PATH is set, and RPATH leads to the folder dep below",
};

export const CONTAINER_RUNTIMES: readonly ContainerRuntime[] = [
  {
    name: "Docker",
    programs: ["docker", "dockerd"],
    packages: ["docker-ce", "docker.io", "docker"],
    injections: [
      BIND,
      { ...NVIDIA_CLI, by: "--gpus, nvidia-container-runtime" },
      { ...CDI, by: "--device nvidia.com/gpu=…" },
    ],
  },
  {
    name: "Podman",
    programs: ["podman"],
    packages: ["podman"],
    injections: [BIND, { ...CDI, by: "--device nvidia.com/gpu=…" }],
  },
  {
    name: "podman-hpc",
    programs: ["podman-hpc"],
    isScript: true,
    packages: ["podman-hpc"],
    injections: [
      BIND,
      {
        ...SHIFTER_MPICH,
        by: "--mpi",
        ldCache: "regenerated",
        source: "podman-hpc's modules.d/mpich.yaml and its hook, which runs the image's ldconfig where there is one",
      },
    ],
  },
  {
    name: "Apptainer",
    programs: ["apptainer"],
    packages: ["apptainer"],
    injections: [
      BIND,
      {
        ...SINGULARITY_LIBS,
        placement: "first",
        until: "1.5.0",
        source: "Apptainer's 99-base.sh before 1.5: LD_LIBRARY_PATH ends with the folder, and the image sets none",
      },
      {
        ...SINGULARITY_LIBS,
        placement: "last",
        since: "1.5.0",
        source: "Apptainer's CHANGELOG of 1.5.0: LD_LIBRARY_PATH has the image's own folders before it",
      },
    ],
  },
  {
    name: "Singularity",
    programs: ["singularity"],
    packages: ["singularity-ce", "singularity-container", "singularity"],
    injections: [
      BIND,
      { ...SINGULARITY_LIBS, placement: "first", source: "SingularityCE's 99-base.sh, as Apptainer's before 1.5" },
    ],
  },
  {
    name: "Charliecloud",
    programs: ["ch-run"],
    packages: ["charliecloud-runtime", "charliecloud"],
    injections: [
      { ...BIND, by: "ch-run --bind" },
      {
        what: "the NVIDIA driver, Cray's libfabric",
        by: "ch-fromhost",
        placement: "over",
        ldCache: "regenerated",
        source: "Charliecloud's bin/ch-fromhost: copies to the first folder of the image's ldconfig, and runs it",
      },
    ],
  },
  {
    name: "enroot",
    programs: ["enroot"],
    isScript: true,
    packages: ["enroot"],
    injections: [BIND, { ...NVIDIA_CLI, by: "the hook 98-nvidia.sh" }],
  },
  {
    name: "Shifter",
    programs: ["shifter"],
    packages: ["shifter"],
    injections: [SHIFTER_MPICH],
  },
  {
    name: "Sarus",
    programs: ["sarus"],
    packages: ["sarus"],
    injections: [
      BIND,
      {
        what: "the host's MPI",
        by: "--mpi",
        placement: "over",
        ldCache: "regenerated",
        source: "Sarus' src/hooks/mpi: over the image's best candidate, else in /lib; `ldconfig -r` runs afterwards",
      },
      { ...NVIDIA_CLI, by: "the NVIDIA Container Toolkit's hook" },
    ],
  },
  {
    name: "nerdctl",
    programs: ["nerdctl"],
    packages: ["nerdctl"],
    injections: [BIND, { ...NVIDIA_CLI, by: "--gpus" }],
  },
  {
    name: "containerd",
    programs: ["containerd"],
    packages: ["containerd.io", "containerd"],
    injections: [
      { ...CDI, by: "a CDI device of Kubernetes" },
      { ...NVIDIA_CLI, by: "nvidia-container-runtime" },
    ],
  },
];
