/**
 * The proxy variables, which the HTTP of Node 20 does not follow by itself. They are read as Go reads them, and with it docker, podman
 * and skopeo (golang.org/x/net/http/httpproxy): HTTPS_PROXY and HTTP_PROXY by the scheme of what is asked, NO_PROXY with names,
 * domains, addresses and networks; this machine is never asked through a proxy.
 */
import { BlockList, isIP } from "node:net";
import { ContainerspecError } from "../errors.js";
import { hostOf, isLoopback, portOf } from "./host-name.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a URL; undefined where it is asked directly. @throws ContainerspecError usage for a proxy of another kind */
export function findProxy(url: URL, environment: Environment): URL | undefined {
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const text = readVariable(environment, name) ?? readVariable(environment, "ALL_PROXY");
  if (text === undefined || isLoopback(url) || isExcepted(url, readVariable(environment, "NO_PROXY") ?? ""))
    return undefined;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(whole) ? new URL(whole) : undefined;
  if (proxy !== undefined && isUsable(proxy)) return proxy;
  // The text is not repeated: a password may be in it.
  throw new ContainerspecError(
    "usage",
    `Cannot use the proxy that ${name} names: expected http://[user:password@]host:port or the same with https://, with % in a user or password as %25; SOCKS is not spoken here`,
  );
}

function isUsable({ protocol, hostname, username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
  } catch {
    return false;
  }
  return (protocol === "http:" || protocol === "https:") && hostname !== "";
}

/** The Proxy-Authorization for the user that a proxy's URL names. */
export function toProxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === "") return {};
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
}

/** In small letters or capitals; one that is empty is none. */
function readVariable(environment: Environment, name: string): string | undefined {
  return [environment[name.toLowerCase()], environment[name]].find((value) => value !== undefined && value !== "");
}

function isExcepted(url: URL, list: string): boolean {
  const host = hostOf(url);
  return list
    .split(",")
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== "")
    .some((one) => one === "*" || isInNetwork(host, one) || isNamed(host, portOf(url), one));
}

/** `host`, `host:port`, `domain` with all below it, and `.domain` with what is below it alone. */
function isNamed(host: string, port: string, word: string): boolean {
  const [, name = word, wantedPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(word) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const bare = name.replace(/^\[(.*)\]$/, "$1").replace(/^\*\./, ".");
  return bare.startsWith(".") ? host.endsWith(bare) : host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

/** `10.0.0.0/8` */
function isInNetwork(host: string, word: string): boolean {
  const [, address = "", bits = ""] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(word) ?? [];
  const [family, hostFamily] = [isIP(address), isIP(host)];
  if (family === 0 || family !== hostFamily || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const network = new BlockList();
  network.addSubnet(address, Number(bits), type);
  return network.check(host, type);
}
