/**
 * Where a repository is asked for: the registry's host, Docker's hub under its other name, or the mirror that stands in for either; and
 * whether that host may be spoken to without TLS.
 */
import { ContainerspecError } from "../errors.js";
import { isLoopback } from "./host-name.js";
import type { RepositoryName } from "./tag-source.js";

export interface EndpointOptions {
  /** Registries on this machine (localhost, 127.0.0.0/8, ::1) are asked over plain HTTP. */
  readonly insecure?: boolean;
  /** Other hosts, `host[:port]`, that are asked over plain HTTP. */
  readonly insecureHosts?: readonly string[];
  /** A registry to what is asked in its place: `host[:port][/prefix]`. What a mirror answers is the answer. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

export interface Endpoint {
  /** `host[:port]`, for messages and for the login */
  readonly host: string;
  /** the repository as this host knows it */
  readonly repository: string;
  /** `https://host/v2/repository/` */
  readonly base: URL;
}

/** What `docker.io` is on the wire. */
export const HUB_HOST = "registry-1.docker.io";
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const COMPONENT = /^[a-z0-9][a-z0-9._-]{0,254}$/;

/** @throws ContainerspecError usage for names that no registry can have */
export function toEndpoint(name: RepositoryName, options: EndpointOptions): Endpoint {
  const mirror = options.mirrors?.[name.registry];
  const [place = "", ...prefix] = (mirror ?? toWireHost(name.registry)).replace(/\/+$/, "").split("/");
  const parts = [...prefix, ...name.repository.split("/")];
  const host = toWireHost(place);
  const url =
    HOST.test(host) && parts.every((part) => COMPONENT.test(part)) ? `https://${host}/v2/${parts.join("/")}/` : "";
  if (!URL.canParse(url)) {
    throw new ContainerspecError(
      "usage",
      `Cannot ask for ${name.registry}/${name.repository}${mirror === undefined ? "" : ` at ${mirror}`}: expected host[:port]/path in small letters`,
    );
  }
  const secure = new URL(url);
  const plain = new URL(url.replace(/^https:/, "http:"));
  return { host, repository: parts.join("/"), base: mayBePlain(plain, options) ? plain : secure };
}

/** Whether a host may be asked, and told secrets, over plain HTTP. */
export function mayBePlain(url: URL, { insecure = false, insecureHosts = [] }: EndpointOptions): boolean {
  return (insecure && isLoopback(url)) || insecureHosts.some((one) => one.toLowerCase() === url.host.toLowerCase());
}

/**
 * Whether who answers at one URL may lead on to another, by a redirect or as its token server. To this machine over plain HTTP only this
 * machine leads: any registry behind a certificate could else have whatever listens here asked, or told a login.
 */
export function mayLead(from: URL, to: URL, options: EndpointOptions): boolean {
  const insecure = options.insecure === true && from.protocol === "http:";
  return to.protocol === "https:" || (to.protocol === "http:" && mayBePlain(to, { ...options, insecure }));
}

function toWireHost(registry: string): string {
  return registry === "docker.io" || registry === "index.docker.io" ? HUB_HOST : registry;
}
