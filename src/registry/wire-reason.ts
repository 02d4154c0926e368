/** Why a request got no answer, in words: what Node says is a code, or a text with addresses in it. */

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no network",
  ETIMEDOUT: "no answer",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "no name server answers",
};

const NO_TLS =
  "it does not speak TLS (a registry on this machine is asked without it where that is allowed: --insecure)";
const LASTING: Readonly<Record<string, string>> = {
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  CERT_HAS_EXPIRED: "its certificate has expired",
  HPE_HEADER_OVERFLOW: "the headers of its answer are too large",
};

/** Of an error that a request has ended with. */
export function toWireReason(error: unknown): string {
  const code = codeOf(error);
  if (BY_CODE[code] !== undefined) return BY_CODE[code];
  if (LASTING[code] !== undefined) return LASTING[code];
  if (isDistrust(code))
    return `its certificate is not trusted here (${code}); NODE_EXTRA_CA_CERTS names a file with your site's own authority`;
  if (code.startsWith("HPE_")) return "it does not speak HTTP (with TLS or without, as it was asked)";
  return code === "" ? "the connection failed" : `the connection failed (${code})`;
}

/** Whether the next try would end in the same way. */
export function isLasting(error: unknown): boolean {
  const code = codeOf(error);
  return LASTING[code] !== undefined || isDistrust(code) || code.startsWith("HPE_") || code === "ENOTFOUND";
}

/** OpenSSL's X509_V_ERR names, as node:tls has them. */
function isDistrust(code: string): boolean {
  return /SELF_SIGNED|^UNABLE_TO_|^CERT_/.test(code) && code !== "CERT_HAS_EXPIRED";
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
