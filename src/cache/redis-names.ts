/**
 * What entries are called in a server that others use too: a prefix of ours, and an HMAC of the key. So a site's old and new secret, or
 * those of two groups, never meet under one name and drop each other's entries; and a name tells nobody which layer it is.
 */
import { createHmac } from "node:crypto";

const PREFIX = "containerspec:layer:";
const NAME = /^containerspec:layer:[0-9a-f]{64}$/;

export const NAME_PATTERN = `${PREFIX}*`;

export function toName(key: string, secret: string): string {
  // Never what a seal is made over: that begins with an entry's magic.
  return `${PREFIX}${createHmac("sha256", secret).update(`name of ${key}`).digest("hex")}`;
}

export function isName(text: string): boolean {
  return NAME.test(text);
}
