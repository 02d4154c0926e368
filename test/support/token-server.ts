/** A token server as registries name one in their challenges: it signs what docker-registry checks with the certificate's key. */
import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll } from "vitest";
import { run } from "./image-disk.js";
import { temporaryFolder, type RegistryLogin } from "./registry-server.js";

export interface TokenServer {
  /** the `auth:` part of a registry's configuration */
  readonly auth: string;
  /** what was asked of it, a line a question: "GET anonymous repository:a/b:pull" */
  readonly questions: string[];
}

const running: (() => void)[] = [];
afterAll(() => {
  for (const end of running) end();
});

/** Anybody may pull what is below public/; the user may do everything, by password or by refresh token. */
export async function startTokenServer({ user, password }: RegistryLogin, refreshToken: string): Promise<TokenServer> {
  const folder = temporaryFolder();
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    "/CN=tokens",
    "-days",
    "2",
    "-keyout",
    key,
    "-out",
    certificate,
  ]);
  const questions: string[] = [];
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const query =
        request.method === "POST" ? new URLSearchParams(body) : new URL(request.url ?? "", "http://x").searchParams;
      const given =
        request.headers.authorization ??
        (query.get("grant_type") === "refresh_token" ? query.get("refresh_token") : undefined);
      const isUser = given === basic || given === refreshToken;
      questions.push(
        `${request.method ?? ""} ${given === undefined || given === null ? "anonymous" : isUser ? user : "stranger"} ${query.getAll("scope").join(" ")}`,
      );
      response.setHeader("content-type", "application/json");
      if (given !== undefined && given !== null && !isUser) {
        response.writeHead(401).end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "wrong password" }] }));
        return;
      }
      const access = query.getAll("scope").map((scope) => {
        const [type = "", name = "", actions = ""] = scope.split(":");
        const granted = isUser
          ? actions.split(",")
          : actions.split(",").filter((one) => one === "pull" && name.startsWith("public/"));
        return { type, name, actions: granted };
      });
      const token = signToken(
        readFileSync(key, "utf8"),
        readFileSync(certificate, "utf8"),
        query.get("service") ?? "",
        access,
      );
      response.end(JSON.stringify(request.method === "POST" ? { access_token: token } : { token }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const auth = `auth: { token: { realm: "http://127.0.0.1:${port}/token", service: "test registry", issuer: tokens, rootcertbundle: ${certificate} } }\n`;
  return { auth, questions };
}

function signToken(key: string, certificate: string, service: string, access: readonly object[]): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: "JWT", alg: "RS256", x5c: [new X509Certificate(certificate).raw.toString("base64")] };
  const claims = {
    iss: "tokens",
    sub: "",
    aud: service,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: `${now}`,
    access,
  };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), createPrivateKey(key)).toString("base64url")}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
