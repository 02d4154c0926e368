/** What a report is about, in words. */
import type { Report } from "../../report.js";
import { describeLibc } from "../libc-text.js";
import { markup, type Markup } from "./markup.js";

export function describeImage({ image }: Report): string {
  return image.reference ?? image.source;
}

export function describeHost({ host }: Report): string {
  return host.source === "live" ? "this machine" : host.source;
}

/** Image, host and how they were put together. */
export function renderSubject(report: Report): Markup {
  const { image, host, placement, companions, layerMode, ldCache } = report;
  const cpu = host.cpu === undefined ? "CPU unknown" : [host.cpu.name, host.cpu.level].filter(Boolean).join(", ");
  const kernel = host.kernel === undefined ? "" : `, Linux ${host.kernel}`;
  const cache = ldCache === undefined ? "" : `, ld.so.cache ${ldCache}`;
  return markup`<dl class="facts">
    <dt>Image</dt>
    <dd><code>${image.source}</code>, ${image.platform}, ${describeLibc(image.libc)}</dd>
    <dt>Digest</dt>
    <dd><code>${image.digest}</code></dd>
    <dt>Host</dt>
    <dd><code>${describeHost(report)}</code>: ${host.name}, ${describeLibc(host.libc)}${kernel}, ${cpu}</dd>
    <dt>How</dt>
    <dd>placement ${placement}, companions ${companions}, layers as ${layerMode}${cache}</dd>
  </dl>`;
}
