/** The rows of a run, summed up. */

/** What counts for one group of rows. */
export function countRows(rows) {
  const tested = rows.filter(({ outcome }) => outcome !== undefined);
  const count = (chosen) => tested.filter(chosen).length;
  return {
    truths: tested.length,
    ok: count(({ truth }) => truth === "ok"),
    latent: count(({ truth }) => truth === "latent"),
    broken: count(({ truth }) => truth === "broken"),
    untested: rows.length - tested.length,
    exact: count(({ outcome }) => outcome.exact),
    falseSafe: count(({ outcome }) => outcome.falseSafe),
    falseUnsafe: count(({ outcome }) => outcome.falseUnsafe),
    undecided: count(({ outcome }) => outcome.undecided),
    named: count(({ outcome }) => outcome.reason === "named"),
    reasons: count(({ outcome }) => outcome.reason !== undefined),
    sameConsumers: count(({ outcome }) => outcome.sameConsumers === true),
    counted: count(({ outcome }) => outcome.sameConsumers !== undefined),
  };
}

/** Groups of rows by what they are about, in their order. */
export function groupRows(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** Rows in which containerspec and the loader differ, the gravest first. */
export function listDisagreements(rows) {
  const grave = ({ outcome }) => (outcome.falseSafe ? 0 : outcome.falseUnsafe ? 1 : outcome.undecided ? 2 : 3);
  return rows.filter(({ outcome }) => outcome !== undefined && !outcome.exact).sort((a, b) => grave(a) - grave(b));
}

export function renderSummary(rows) {
  const lines = [...groupRows(rows, ({ kind }) => kind), ["all", rows]].map(([kind, some]) => {
    const c = countRows(some);
    const parts = [
      `${c.truths} truths (${c.ok} ok, ${c.latent} latent, ${c.broken} broken; ${c.untested} untested)`,
      `foretold ${c.exact}`,
      `false-safe ${c.falseSafe}`,
      `false-unsafe ${c.falseUnsafe}`,
      `undecided ${c.undecided}`,
      `reason named ${c.named}/${c.reasons}`,
      `same consumers ${c.sameConsumers}/${c.counted}`,
    ];
    return `${kind}: ${parts.join("; ")}`;
  });
  return lines.join("\n");
}

export function renderDisagreements(rows) {
  const lines = listDisagreements(rows).map(
    (row) =>
      `${row.outcome.falseSafe ? "FALSE-SAFE" : row.outcome.falseUnsafe ? "false-unsafe" : row.outcome.undecided ? "undecided" : "differs"} ${describeRow(row)}: truth ${row.truth} (${`${row.broken.length}+${row.latent.length}`} of ${row.consumers}, itself ${row.self}), loader ${row.loader}, verdict ${row.verdict} (${row.rules.join(" ")}); ${row.broken[0] ?? row.latent[0] ?? ""}: ${row.message.split("\n")[0]}`,
  );
  const others = rows.filter(({ outcome }) => outcome?.exact === true);
  for (const row of others.filter(({ outcome }) => outcome.reason === "other")) {
    lines.push(`reason not named ${describeRow(row)}: ${row.message.split("\n")[0]} (${row.rules.join(" ")})`);
  }
  for (const row of others.filter(({ outcome }) => outcome.sameConsumers === false)) {
    lines.push(
      `other consumers ${describeRow(row)}: broken+latent ${`${row.broken.length}+${row.latent.length}`}, in the report ${row.told.join("+")}`,
    );
  }
  for (const row of rows) for (const note of row.notes) lines.push(`note ${describeRow(row)}: ${note}`);
  return lines.join("\n");
}

function describeRow({ kind, image, host, placement, companions, names }) {
  return `${kind} ${image} < ${host} ${placement} ${companions} ${names.join(" ")}`;
}
