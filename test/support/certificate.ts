/** Certificates that sign themselves, for servers that speak TLS in tests. Who is to trust one starts with NODE_EXTRA_CA_CERTS. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./image-disk.js";
import { temporaryFolder } from "./registry-server.js";

export interface Certificate {
  /** of its file, in PEM */
  readonly path: string;
  readonly tls: { readonly key: Buffer; readonly cert: Buffer };
}

/** @param names as a certificate has them: `DNS:r.invalid,IP:127.0.0.1` */
export function makeCertificate(names: string): Certificate {
  const folder = temporaryFolder();
  const [key, path] = [join(folder, "key"), join(folder, "cert")];
  const subject = ["-subj", "/CN=test", "-addext", `subjectAltName=${names}`, "-days", "2"];
  run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", key, "-out", path]);
  return { path, tls: { key: readFileSync(key), cert: readFileSync(path) } };
}
