/** Plans in the words of each runtime, read back by a real shell, by readers of CSV, JSON and YAML; and what a runtime cannot say. */
import fc from "fast-check";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import type { MountPlan } from "../../../src/index.js";
import { emitApptainer, emitApptainerBind, emitSingularity } from "../../../src/reporters/emit/apptainer.js";
import { emitBubblewrap } from "../../../src/reporters/emit/bubblewrap.js";
import { emitCdi } from "../../../src/reporters/emit/cdi.js";
import { emitCharliecloud } from "../../../src/reporters/emit/charliecloud.js";
import { emitDocker } from "../../../src/reporters/emit/docker.js";
import { toEmission, type Emitter } from "../../../src/reporters/emit/emission.js";
import { emitKubernetes } from "../../../src/reporters/emit/kubernetes.js";
import { emitPodman } from "../../../src/reporters/emit/podman.js";
import { emitSarus } from "../../../src/reporters/emit/sarus.js";
import { emitShifter } from "../../../src/reporters/emit/shifter.js";
import { toBytePath } from "../../../src/rootfs/path.js";
import { mount, planOf, reportOf } from "./plan-report.js";
import { parseCsvRecord, shellWords } from "./shell-words.js";

const emit = (emitter: Emitter, plan: MountPlan, image: Parameters<typeof reportOf>[1] = { reference: "app:1" }) =>
  emitter(toEmission(reportOf(plan, image), plan));
const PLAIN = planOf([
  mount("/usr/lib/libz.so.1.3.1", "/usr/lib/libz.so.1", "/usr/lib/libz.so.1.2.13"),
  mount("/usr/lib/libnew.so.1", "/usr/lib/libnew.so.1", ""),
]);
const FIRST: Partial<MountPlan> = {
  placement: "first",
  environment: [
    { name: "LD_LIBRARY_PATH", value: "/.containerspec/lib:/opt/lib", why: "" },
    { name: "FI_*", why: "" },
  ],
};

describe("commands", () => {
  test("docker", () => {
    expect(shellWords(emit(emitDocker, PLAIN), "docker")).toEqual([
      "run",
      ...["--mount", "type=bind,source=/usr/lib/libz.so.1.3.1,target=/usr/lib/libz.so.1,readonly"],
      ...["--mount", "type=bind,source=/usr/lib/libnew.so.1,target=/usr/lib/libnew.so.1,readonly"],
      ...["app:1", "program"],
    ]);
  });
  test("podman hands variables on by their beginnings, and passes devices", () => {
    const plan = planOf([], { ...FIRST, devices: [{ path: "/dev/kfd", why: "" }] });
    expect(shellWords(emit(emitPodman, plan), "podman")).toEqual([
      ...["run", "--device", "/dev/kfd", "--env", "LD_LIBRARY_PATH=/.containerspec/lib:/opt/lib", "--env", "FI_*"],
      ...["app:1", "program"],
    ]);
  });
  test("an image without a name is asked for", () => {
    const script = emit(emitDocker, PLAIN, {});
    expect(shellWords(script, "docker", { IMAGE: "my image:2" }).slice(-2)).toEqual(["my image:2", "program"]);
    expect(() => shellWords(script, "docker")).toThrow(/IMAGE/);
  });
  test("apptainer and singularity", () => {
    const plan = planOf(PLAIN.mounts, FIRST);
    const words = [
      "exec",
      ...["--bind", "/usr/lib/libz.so.1.3.1:/usr/lib/libz.so.1:ro"],
      ...["--bind", "/usr/lib/libnew.so.1:/usr/lib/libnew.so.1:ro"],
      ...["--env", "LD_LIBRARY_PATH=/.containerspec/lib:/opt/lib", "app.sif", "program"],
    ];
    expect(shellWords(emit(emitApptainer, plan, { source: "app.sif" }), "apptainer")).toEqual(words);
    expect(shellWords(emit(emitSingularity, plan, { source: "app.sif" }), "singularity")).toEqual(words);
  });
  test("charliecloud names the file itself, and makes no place", () => {
    const [over, made] = PLAIN.mounts as [MountPlan["mounts"][0], MountPlan["mounts"][0]];
    const script = emit(emitCharliecloud, planOf([over], FIRST));
    expect(shellWords(script, "ch-run", { IMAGE: "/var/tmp/app" })).toEqual([
      "--bind=/usr/lib/libz.so.1.3.1:/usr/lib/libz.so.1.2.13",
      "--set-env=LD_LIBRARY_PATH=/.containerspec/lib:/opt/lib",
      ...["/var/tmp/app", "--", "program"],
    ]);
    expect(() => emit(emitCharliecloud, planOf([made]))).toThrow(/nothing at \/usr\/lib\/libnew.so.1/);
  });
  test("bubblewrap", () => {
    expect(shellWords(emit(emitBubblewrap, planOf(PLAIN.mounts, FIRST)), "bwrap", { ROOT: "/srv/root" })).toEqual([
      ...["--bind", "/srv/root", "/"],
      ...["--ro-bind", "/usr/lib/libz.so.1.3.1", "/usr/lib/libz.so.1.2.13"],
      ...["--ro-bind", "/usr/lib/libnew.so.1", "/usr/lib/libnew.so.1"],
      ...["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
      ...["--setenv", "LD_LIBRARY_PATH", "/.containerspec/lib:/opt/lib", "program"],
    ]);
  });
  test("sarus", () => {
    expect(shellWords(emit(emitSarus, planOf(PLAIN.mounts.slice(0, 1), FIRST)), "sarus")).toEqual([
      ...["run", "--mount=type=bind,source=/usr/lib/libz.so.1.3.1,destination=/usr/lib/libz.so.1,readonly"],
      ...["--env=LD_LIBRARY_PATH=/.containerspec/lib:/opt/lib", "app:1", "program"],
    ]);
  });
  test("a risky plan says so where it is used", () => {
    const script = emit(emitDocker, planOf(PLAIN.mounts, { verdict: "risky", reasons: ["libz may fail"] }));
    expect(script).toMatch(
      /^# containerspec's plan: 2 mounts, judged as one set: risky\n# risky: libz may fail\ndocker/,
    );
  });
});

describe("lines and documents", () => {
  test("variables of Apptainer", () => {
    const script = `${emit(emitApptainerBind, planOf(PLAIN.mounts, FIRST))}show "$APPTAINER_BIND" "$APPTAINERENV_LD_LIBRARY_PATH"\n`;
    expect(shellWords(script, "show")).toEqual([
      "/usr/lib/libz.so.1.3.1:/usr/lib/libz.so.1:ro,/usr/lib/libnew.so.1:/usr/lib/libnew.so.1:ro",
      "/.containerspec/lib:/opt/lib",
    ]);
  });
  test("a module of Shifter copies what it prepends", () => {
    const folder = "/opt/udiImage/modules/containerspec/lib";
    const plan = planOf([mount("/opt/mpi/libmpi.so.12.1", `${folder}/libmpi.so.12`, "")], {
      placement: "first",
      environment: [{ name: "LD_LIBRARY_PATH", value: `${folder}:/usr/local/lib`, why: "" }],
    });
    const script = emit(emitShifter, plan);
    expect(shellWords(script, "install", { MODULE: "/site/my module" }).slice(0, 5)).toEqual([
      ...["-D", "-m", "0755", "/opt/mpi/libmpi.so.12.1", "/site/my module/lib/libmpi.so.12"],
    ]);
    expect(script).toContain(`module_containerspec_siteEnvPrepend = LD_LIBRARY_PATH=${folder}\n`);
    expect(() => emit(emitShifter, PLAIN)).toThrow(/--placement first --mount-folder \/opt\/udiImage/);
  });
  test("CDI, in the lowest version", () => {
    const plan = planOf(PLAIN.mounts, { ...FIRST, devices: [{ path: "/dev/kfd", why: "" }] });
    const options = ["ro", "nosuid", "nodev", "rbind", "rprivate"];
    expect(JSON.parse(emit(emitCdi, plan))).toEqual({
      cdiVersion: "0.3.0",
      kind: "containerspec.local/mounts",
      devices: [
        {
          name: "plan",
          containerEdits: {
            env: ["LD_LIBRARY_PATH=/.containerspec/lib:/opt/lib"],
            deviceNodes: [{ path: "/dev/kfd" }],
            mounts: [
              { hostPath: "/usr/lib/libz.so.1.3.1", containerPath: "/usr/lib/libz.so.1", options },
              { hostPath: "/usr/lib/libnew.so.1", containerPath: "/usr/lib/libnew.so.1", options },
            ],
          },
        },
      ],
    });
  });
  test("Kubernetes", () => {
    const plan = planOf([mount("/usr/lib/libz.so.1.3.1", "/usr/lib/libz.so.1")], {
      environment: [{ name: "LD_LIBRARY_PATH", value: "/lib:$(HOME)", why: "" }],
      devices: [{ path: "/dev/kfd", why: "" }],
    });
    expect(parse(emit(emitKubernetes, plan))).toEqual({
      spec: {
        containers: [
          {
            name: "app",
            env: [{ name: "LD_LIBRARY_PATH", value: "/lib:$$(HOME)" }],
            volumeMounts: [
              { name: "containerspec-0", mountPath: "/usr/lib/libz.so.1", readOnly: true },
              { name: "containerspec-1", mountPath: "/dev/kfd" },
            ],
          },
        ],
        volumes: [
          { name: "containerspec-0", hostPath: { path: "/usr/lib/libz.so.1.3.1", type: "File" } },
          { name: "containerspec-1", hostPath: { path: "/dev/kfd", type: "CharDevice" } },
        ],
      },
    });
  });
});

/** Names that somebody gave a file to hurt whoever writes them down. */
const NAMES = [
  ..."$(touch x)|`x`|a b|a'b|a\"b|a\\b|$HOME|a;b|a&b|-rf|a#b|*|?|[a]|{a,b}|~|!|a=b|a:b|a,b|a,,b|%s|ü|語|#|: x|- x|&a|\\\\|\\x41".split(
    "|",
  ),
  "a|b",
];

describe("hostile names", () => {
  const readers: Readonly<Record<string, (source: string, target: string) => readonly (readonly string[])[]>> = {
    docker: (source, target) => {
      const [, , record = ""] = shellWords(emit(emitDocker, planOf([mount(source, target)])), "docker");
      return [parseCsvRecord(record).slice(1, 3)];
    },
    apptainer: (source, target) => {
      const [, option, record = ""] = shellWords(
        emit(emitApptainer, planOf([mount(source, target)]), { source: "app.sif" }),
        "apptainer",
      );
      return [option === "--mount" ? parseCsvRecord(record).slice(1, 3) : record.split(":").slice(0, 2)];
    },
    bubblewrap: (source, target) => {
      const words = shellWords(emit(emitBubblewrap, planOf([mount(source, target)])), "bwrap", { ROOT: "/" });
      return [words.slice(4, 6)];
    },
    podman: (source, target) => {
      const [, , record = ""] = shellWords(emit(emitPodman, planOf([mount(source, target)])), "podman");
      return [record.split(",").slice(1, 3)];
    },
    sarus: (source, target) => {
      const [, word = ""] = shellWords(emit(emitSarus, planOf([mount(source, target)])), "sarus");
      return [word.split(",").slice(1, 3)];
    },
    charliecloud: (source, target) => {
      const [word = ""] = shellWords(emit(emitCharliecloud, planOf([mount(source, target)])), "ch-run", { IMAGE: "i" });
      return [word.slice("--bind=".length).split(":")];
    },
    cdi: (source, target) => {
      const text = emit(emitCdi, planOf([mount(source, target)]));
      type Specification = {
        devices: { containerEdits: { mounts: { hostPath: string; containerPath: string }[] } }[];
      };
      return (JSON.parse(text) as Specification).devices.flatMap(({ containerEdits }) =>
        containerEdits.mounts.map(({ hostPath, containerPath }) => [hostPath, containerPath]),
      );
    },
    kubernetes: (source, target) => {
      const text = emit(emitKubernetes, planOf([mount(source, target)]));
      const { spec } = parse(text) as {
        spec: { containers: { volumeMounts: { mountPath: string }[] }[]; volumes: { hostPath: { path: string } }[] };
      };
      return [[spec.volumes[0]?.hostPath.path ?? "", spec.containers[0]?.volumeMounts[0]?.mountPath ?? ""]];
    },
  };
  const strip = (pairs: readonly (readonly string[])[]) =>
    pairs.map((pair) => pair.map((text) => text.replace(/^(source|target|destination)=/, "")));

  test.each(Object.entries(readers))("%s carries a name as it is, or refuses it", (_, read) => {
    let carried = 0;
    for (const name of NAMES) {
      const path = `/opt/${name}/lib.so`;
      let pairs;
      try {
        pairs = read(toBytePath(path), toBytePath(path));
      } catch (error) {
        expect(String(error)).toMatch(/which its syntax cannot carry; (give|emit)/);
        continue;
      }
      carried += 1;
      expect(strip(pairs)).toEqual([[path, path]]);
    }
    expect(carried).toBeGreaterThan(20);
  });

  test.each(Object.entries(readers))("%s, whatever the name is", (name, read) => {
    const isCostly = name !== "cdi" && name !== "kubernetes";
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (text) => {
        const path = `/${text}`;
        let pairs;
        try {
          pairs = read(toBytePath(path), toBytePath(path));
        } catch (error) {
          if (!/Cannot emit/.test(String(error))) throw error;
          return;
        }
        expect(strip(pairs)).toEqual([[path, path]]);
      }),
      { numRuns: isCostly ? 10 : 200 },
    );
  });

  test("bytes that are no text are written for nobody", () => {
    for (const path of ["/a\xffb", "/a\nb", "/a\x1b[2J", toBytePath("/a\u202eb")]) {
      expect(() => emit(emitCdi, planOf([mount(path, "/b")]))).toThrow(/bytes that are no visible text/);
    }
  });
});
