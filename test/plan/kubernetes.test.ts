/** What is emitted for Kubernetes, applied to a pod by kubectl: fields that its API has not would be gone, and paths that it refuses an error. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toEmission } from "../../src/reporters/emit/emission.js";
import { emitKubernetes } from "../../src/reporters/emit/kubernetes.js";
import { createFolder } from "../cli/run-cli.js";
import { mount, planOf, reportOf } from "../reporters/emit/plan-report.js";

const folder = createFolder();
const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

describe.skipIf(!hasKubectl)(`a pod${hasKubectl ? "" : " (skipped: no kubectl)"}`, () => {
  test("gets the volumes, their mounts and the variables, and keeps its own", () => {
    const plan = planOf(
      [
        mount("/usr/lib/libz.so.1.3.1", "/usr/lib/libz.so.1"),
        { ...mount("/usr/lib/ucx", "/usr/lib/ucx"), kind: "folder" },
        { ...mount("/run/munge/munge.socket.2", "/run/munge/munge.socket.2", ""), kind: "socket" },
        mount("/opt/a 'b' #: \"c\"", "/opt/a 'b' #- \"c\""),
      ],
      {
        environment: [{ name: "LD_LIBRARY_PATH", value: "/lib:$(HOME)", why: "" }],
        devices: [{ path: "/dev/kfd", why: "" }],
      },
    );
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "job" },
      spec: {
        containers: [
          { name: "app", image: "app:1", volumeMounts: [{ name: "data", mountPath: "/data" }] },
          { name: "other", image: "other:1" },
        ],
        volumes: [{ name: "data", emptyDir: {} }],
      },
    };
    writeFileSync(join(folder, "pod.json"), JSON.stringify(pod));
    const patch = emitKubernetes(toEmission(reportOf(plan), plan));
    const words = [
      "patch",
      "--local",
      "-f",
      join(folder, "pod.json"),
      "--type",
      "strategic",
      "-o",
      "json",
      "-p",
      patch,
    ];
    const { status, stdout, stderr } = spawnSync("kubectl", words, { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { spec } = JSON.parse(stdout) as typeof pod;
    const byName = <One extends { readonly name: string }>(all: readonly One[] = []): readonly One[] =>
      [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
    const [app, other] = byName<{ name: string; volumeMounts?: { name: string }[]; env?: object[] }>(spec.containers);
    expect(other).toMatchObject({ image: "other:1" });
    expect(app?.env).toEqual([{ name: "LD_LIBRARY_PATH", value: "/lib:$$(HOME)" }]);
    expect(byName(app?.volumeMounts)).toEqual([
      { name: "containerspec-0", mountPath: "/usr/lib/libz.so.1", readOnly: true },
      { name: "containerspec-1", mountPath: "/usr/lib/ucx", readOnly: true },
      { name: "containerspec-2", mountPath: "/run/munge/munge.socket.2", readOnly: true },
      { name: "containerspec-3", mountPath: "/opt/a 'b' #- \"c\"", readOnly: true },
      { name: "containerspec-4", mountPath: "/dev/kfd" },
      { name: "data", mountPath: "/data" },
    ]);
    expect(byName(spec.volumes)).toEqual([
      { name: "containerspec-0", hostPath: { path: "/usr/lib/libz.so.1.3.1", type: "File" } },
      { name: "containerspec-1", hostPath: { path: "/usr/lib/ucx", type: "Directory" } },
      { name: "containerspec-2", hostPath: { path: "/run/munge/munge.socket.2", type: "Socket" } },
      { name: "containerspec-3", hostPath: { path: "/opt/a 'b' #: \"c\"", type: "File" } },
      { name: "containerspec-4", hostPath: { path: "/dev/kfd", type: "CharDevice" } },
      { name: "data", emptyDir: {} },
    ]);
  });
});
