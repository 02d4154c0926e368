/** Whole reports for the formats: one of every verdict, one whose names attack whoever renders them, and one with very many findings. */
import { checkGate, type GateResult } from "../../src/policy/gate.js";
import { VERDICTS, type Finding, type MountReport, type Report, type Verdict } from "../../src/report.js";
import { lacksVersion, unsafeMount } from "./report-builder.js";

/** Names that mean something to a shell, a terminal, XML, Markdown, HTML, a spreadsheet, a pipeline or a URI. */
export const HOSTILE_NAMES: readonly string[] = [
  "lib\nx\r\n::error::y",
  "::stop-commands::pwned",
  "##[error]old",
  "a]]>b",
  "a%0Ab%25,c:d",
  "\u001b[31mred\u0007",
  "\u202egnp.exe\u2066",
  "nul\u0000 fffe\ufffe lone\ud800",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</code></summary></details><b>",
  "<!-- comment",
  "[click](javascript:alert(1))",
  "![x](http://evil.example/x.png)",
  "http://evil.example/ www.evil.example",
  "@everyone #1",
  "`a` ``b`` ```c```",
  "a|b\\|c\\",
  "**bold** __x__ ~~y~~",
  "# head\n- list\n> quote",
  "&lt;b&gt;&#60;",
  '=HYPERLINK("http://evil.example")',
  "+1-1",
  "@SUM(A1)",
  "-2+3",
  "\t=1+1",
  "quote\"d, and 'more'",
  "../../etc/passwd",
  "{0} [text](1)",
  "/usr/bin/[",
  "${jndi:x} $(id) `id`",
  "   ",
];

/** A report with these mounts, of an image of two layers. */
export function wholeReport(mounts: readonly MountReport[], more: Partial<Report> = {}): Report {
  const libc = { family: "glibc", version: "2.36" } as const;
  const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar", size: 1024 };
  const findings = mounts.flatMap((mount) => mount.findings);
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    schemaVersion: "1.0.0",
    tool: { name: "containerspec", version: "0.1.0" },
    image: {
      source: "app.tar",
      reference: "registry.example/team/app:1",
      digest: digest("a"),
      platform: "linux/amd64",
      libc,
      layers: [
        { ...layer, digest: digest("1"), diffId: digest("2") },
        { ...layer, digest: digest("3"), diffId: digest("4"), files: ["/usr/bin/app"] },
      ],
      findings: [],
    },
    host: { source: "host.json", name: "Test Linux 1", libc },
    placement: "over",
    companions: "none",
    layerMode: "overlay",
    mounts,
    set: null,
    rules: ids.map((id) => ({ id, title: `About ${id}`, docs: `docs/rules/${id}.md` })),
    summary: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, mounts.filter((mount) => mount.verdict === verdict).length]),
    ) as Report["summary"],
    ...more,
  };
}

export function mountOf(
  verdict: Verdict,
  findings: readonly Finding[] = [],
  soname = `lib${verdict}.so.1`,
): MountReport {
  return unsafeMount(soname, findings, { verdict, loader: verdict === "unsafe" ? "broken" : "ok" });
}

/** A library of each verdict, with a finding where the verdict is not good. */
export function everyVerdict(): Report {
  const severities = { risky: "warning", "safe-with": "error", unknown: "unknown", unsafe: "error" } as const;
  return wholeReport(
    VERDICTS.map((verdict) => {
      const soname = `lib${verdict}.so.1`;
      const severity = verdict in severities ? severities[verdict as keyof typeof severities] : undefined;
      return mountOf(verdict, severity === undefined ? [] : [lacksVersion(soname, "GLIBC_2.38", { severity })]);
    }),
  );
}

/** Every text that somebody outside chose is hostile, each in turn. */
export function hostileReport(): Report {
  const report = wholeReport(
    HOSTILE_NAMES.map((name) =>
      unsafeMount(
        name,
        [
          lacksVersion(name, "GLIBC_2.38", {
            message: `The host's ${name} needs ${name}`,
            subjects: [`/usr/bin/${name}`],
          }),
        ],
        { source: `/usr/lib/${name}`, target: `/lib/${name}`, suggested: [name] },
      ),
    ),
  );
  const all = HOSTILE_NAMES.join(" ");
  return {
    ...report,
    image: {
      ...report.image,
      source: all,
      reference: all,
      platform: `linux/${all}`,
      findings: [{ rule: "link-loop", severity: "warning", message: all, subjects: [all], evidence: [] }],
    },
    host: { ...report.host, source: all, name: all },
  };
}

/** As many libraries as no image has, with a finding each. */
export function manyFindings(count: number): Report {
  return wholeReport(
    Array.from({ length: count }, (_, index) => {
      const soname = `lib${String(index).padStart(5, "0")}.so.1`;
      return mountOf("unsafe", [lacksVersion(soname, "GLIBC_2.38")], soname);
    }),
  );
}

/** The gate of a run that chose every library. */
export function gateOf(report: Report, failOn: Verdict | "never" = "risky"): GateResult {
  return checkGate(report, { failOn, allowUnknown: false, hasChosen: true });
}
