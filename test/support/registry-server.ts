/** Debian's docker-registry on a loopback port with a folder of its own, filled by skopeo, for one test file. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { writeLayout, type ImageDescription } from "./image-builder.js";
import { hasTool } from "./image-disk.js";
import { ociLayout } from "./image-forms.js";
import { layerTar } from "./image-layer.js";
import { findPort } from "./redis-server.js";

export const hasRegistry = hasTool("docker-registry", "--version") && hasTool("skopeo");
export const WITHOUT_REGISTRY = hasRegistry ? "" : " (skipped: docker-registry or skopeo is not installed)";

const running: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const end of running) await end();
});

/** A folder that is gone when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-registry-"));
  running.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface RegistryServer {
  readonly port: number;
  /** 127.0.0.1:port */
  readonly host: string;
  /** what it has logged: a line a request */
  log(): string;
  /** An OCI layout's image, with all of its platforms, under a name. */
  push(layout: string, reference: string, name: string): Promise<void>;
  kill(): Promise<void>;
}

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

/** @param auth the `auth:` part of its configuration, in YAML; `login` is for skopeo */
export async function startRegistry(auth = "", login?: RegistryLogin): Promise<RegistryServer> {
  const [port, folder] = [await findPort(), temporaryFolder()];
  const config = `version: 0.1
log: { level: info, accesslog: { disabled: false } }
storage: { filesystem: { rootdirectory: ${folder}/data } }
http: { addr: "127.0.0.1:${port}" }
${auth}`;
  writeFileSync(join(folder, "config.yml"), config);
  const log = join(folder, "log");
  const server = spawn("sh", ["-c", `exec docker-registry serve config.yml >log 2>&1`], {
    cwd: folder,
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const kill = async (): Promise<void> => {
    server.kill("SIGKILL");
    await ended;
  };
  running.push(kill);
  const host = `127.0.0.1:${port}`;
  for (let answered = false; !answered;) {
    if (server.exitCode !== null) throw new Error(`docker-registry ended: ${readFileSync(log, "utf8")}`);
    answered = await fetch(`http://${host}/v2/`).then(
      () => true,
      () => false,
    );
  }
  const creds = login === undefined ? [] : ["--dest-creds", `${login.user}:${login.password}`];
  return {
    port,
    host,
    log: () => readFileSync(log, "utf8"),
    async push(layout, reference, name) {
      // Not execFileSync: a token server in this very process may have to answer.
      const words = ["--insecure-policy", "copy", "--quiet", "--all", "--preserve-digests", "--dest-tls-verify=false"];
      const to = [`oci:${layout}:${reference}`, `docker://${host}/${name}`];
      await promisify(execFile)("skopeo", [...words, ...creds, ...to], { timeout: 120_000 });
    },
    kill,
  };
}

/** `auth:` with one user, whose password is hashed by the crypt of Perl, which every Debian has. */
export function htpasswd({ user, password }: RegistryLogin): string {
  const { stdout } = spawnSync("perl", ["-e", "print crypt($ARGV[0], q($2y$05$abcdefghijklmnopqrstuu))", password], {
    encoding: "utf8",
  });
  const file = join(temporaryFolder(), "htpasswd");
  writeFileSync(file, `${user}:${stdout}\n`);
  return `auth: { htpasswd: { realm: test, path: ${file} } }\n`;
}

/** An image for some platforms as an index in an OCI layout, under `reference`; its digest is in the layout's index.json. */
export async function buildIndex(
  reference: string,
  text: string,
  platforms: readonly Partial<ImageDescription>[],
): Promise<{ readonly layout: string; readonly digest: string }> {
  const layout = temporaryFolder();
  const images = platforms.map((platform) => ({
    layers: [layerTar([`file=${text}`])],
    references: [`app:${reference}`],
    ...platform,
  }));
  await writeLayout(layout, ociLayout(images, { nested: true, packing: "gzip" }));
  return { layout, digest: firstDigest(layout) };
}

/** An image for one platform, without an index around it. */
export async function buildSingle(
  reference: string,
  text: string,
  image: Partial<ImageDescription> = {},
): Promise<{ readonly layout: string; readonly digest: string }> {
  const layout = temporaryFolder();
  await writeLayout(
    layout,
    ociLayout([{ layers: [layerTar([`file=${text}`])], references: [reference], ...image }], { packing: "gzip" }),
  );
  return { layout, digest: firstDigest(layout) };
}

function firstDigest(layout: string): string {
  const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")) as { manifests: { digest: string }[] };
  return index.manifests[0]?.digest ?? "";
}
