/** What a URL's host is: its bare name, its port, and whether it is this very machine. */
import { isIPv4 } from "node:net";

/** The host in small letters, an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}

export function portOf(url: URL): string {
  return url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
}

/** `localhost` and the addresses that never leave the machine (RFC 6761, 6.3; RFC 1122, 3.2.1.3). */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
