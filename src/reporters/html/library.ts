/** One library: its verdict and the reason in a line, and all that is known behind it. */
import type { CompanionMount, MountReport } from "../../report.js";
import { ADVICE } from "../answer.js";
import { renderFinding } from "./finding.js";
import { markup, type Markup } from "./markup.js";

/** As many findings of one library are told. */
const MAX_FINDINGS = 20;

/** A library as a block that opens. `id` is where links to it lead. */
export function renderLibrary(mount: MountReport, id: string): Markup {
  const { soname, verdict, findings } = mount;
  const words = [
    soname,
    verdict,
    mount.source,
    mount.target,
    ...findings.flatMap(({ rule, message }) => [rule, message]),
  ];
  const mounted = new Set([mount, ...mount.companionMounts].map(({ target }) => target));
  const more = findings.length - MAX_FINDINGS;
  return markup`<details
    class="library"
    id="${id}"
    data-verdict="${verdict}"
    data-words="${words.join(" ").toLowerCase()}"
  >
    <summary>
      <span class="verdict ${verdict}">${verdict}</span> <code>${soname}</code>
      <span class="why">${findings[0]?.message ?? ADVICE[verdict]}</span>
    </summary>
    <div class="inside">
      <p>${verdict}: ${ADVICE[verdict]}.</p>
      ${renderFacts(mount)} ${renderCompanions("Works together with these, mounted too:", mount.suggestedMounts)}
      ${renderCompanions("Judged together with these, which travel along:", mount.companionMounts)}
      ${findings.slice(0, MAX_FINDINGS).map((finding) => renderFinding(finding, mounted))}
      ${more > 0 ? markup`<p>And ${more} more findings, which the JSON report has.</p>` : undefined}
    </div>
  </details> `;
}

function renderFacts({ source, target, dtSoname, soname, loader, consumers, broken, latent }: MountReport): Markup {
  const other =
    dtSoname !== undefined && dtSoname !== soname
      ? markup`<dt>DT_SONAME</dt>
          <dd><code>${dtSoname}</code></dd>`
      : undefined;
  return markup`<dl class="facts">
    <dt>From the host</dt>
    <dd><code>${source}</code></dd>
    <dt>In the image</dt>
    <dd><code>${target}</code></dd>
    ${other}
    <dt>Loader</dt>
    <dd>${loader}</dd>
    <dt>Consumers</dt>
    <dd>${consumers} in the image, ${broken} broken, ${latent} broken by eager binding only</dd>
  </dl>`;
}

function renderCompanions(title: string, mounts: readonly CompanionMount[]): Markup | undefined {
  if (mounts.length === 0) return undefined;
  const items = mounts.map(
    ({ soname, source, target }) =>
      markup`<li><code>${soname}</code>: <code>${source}</code> at <code>${target}</code></li>`,
  );
  return markup`<p>${title}</p>
    <ul class="places">
      ${items}
    </ul>`;
}
