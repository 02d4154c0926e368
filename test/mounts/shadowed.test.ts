/** A file of the image in whose stead another one is loaded is no consumer: what becomes of it is nobody's trouble. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calls, gives, installed, program } from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import { debian12, MULTIARCH } from "../support/story-systems.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-shadowed-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** libgssapi, and the libkrb5support from which it takes some functions. */
const kerberos = (given: readonly string[], taken: readonly string[]) => ({
  ...installed(`${MULTIARCH}/libkrb5support.so.0`, { soname: "libkrb5support.so.0", symbols: gives(...given) }),
  ...installed(`${MULTIARCH}/libgssapi_krb5.so.2`, {
    soname: "libgssapi_krb5.so.2",
    needed: ["libkrb5support.so.0"],
    symbols: [...gives("gss_init@GSS_2"), ...calls("libkrb5support.so.0", ...taken)],
  }),
});
const mountd = program({
  needed: ["libgssapi_krb5.so.2"],
  symbols: calls("libgssapi_krb5.so.2", "gss_init@GSS_2"),
});

test.each(["over", "first"] as const)("with placement %s", async (placement) => {
  const { mounts } = await playScene(
    {
      image: {
        layers: [debian12({ ...kerberos(["k5_old@K5", "k5_new@K5"], ["k5_new@K5"]), "/usr/sbin/mountd": mountd })],
      },
      host: debian12(kerberos(["k5_old@K5"], ["k5_old@K5"])),
      library: "libgssapi_krb5.so.2",
      options: { placement, companions: "all" },
      expected: { findings: [] },
    },
    join(folder, placement),
  );
  expect(mounts).toMatchObject([{ loader: "ok", verdict: "safe", findings: [], consumers: 1 }]);
});
