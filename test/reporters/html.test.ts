/** The page in a real Chromium: what people see, choose and copy, with the keyboard and without a script; and that no name gets out of its place. */
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { VERDICTS, type MountPlan, type Report } from "../../src/report.js";
import { renderHtml } from "../../src/reporters/html.js";
import { hasBrowser, openPage, WITHOUT_BROWSER } from "../support/browser.js";
import {
  everyVerdict,
  gateOf,
  HOSTILE_NAMES,
  hostileReport,
  manyFindings,
  mountOf,
  wholeReport,
} from "./hostile-report.js";

const TERMINAL = { width: 100, color: false };

function render(...reports: readonly Report[]): string {
  return renderHtml(
    reports,
    TERMINAL,
    reports.map((report) => gateOf(report)),
  );
}

const OTHER_HOST = {
  host: { source: "other.json", name: "Other Linux", libc: { family: "glibc", version: "2.31" } },
} as const;

/** A report of every verdict that was judged as one set, and holds. */
function setReport(): Report {
  const mounts = [mountOf("safe", [], "liba.so.1"), mountOf("safe", [], "lib b'.so.1")];
  const set = { loader: "ok", verdict: "safe", findings: [], suggested: [], suggestedMounts: [] } as const;
  return wholeReport(mounts, { set });
}

const PLAN: MountPlan = {
  works: true,
  verdict: "safe",
  placement: "over",
  mounts: [
    {
      source: "/usr/lib/liba.so.1",
      target: "/lib/liba.so.1",
      kind: "file",
      covers: "/lib/liba.so.1",
      why: "asked for",
    },
  ],
  environment: [],
  devices: [{ path: "/dev/infiniband", why: "libibverbs opens it" }],
  kept: [{ soname: "libz.so.1", why: "the image's own will do" }],
  reasons: [],
  advice: [],
};

describe("the document", () => {
  test("is the same for the same report, and names nothing on a network", () => {
    const document = render(everyVerdict());
    expect(render(everyVerdict())).toBe(document);
    expect(document.match(/(?:https?:)?\/\/[\w.]+|@import|url\(/g) ?? []).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)(`in Chromium${WITHOUT_BROWSER}`, { timeout: 120_000 }, () => {
  test("the answer comes first, and every library stands with its verdict", async () => {
    const { page, troubles } = await openPage(render(everyVerdict()));
    const words = await page.locator("main").innerText();
    expect(words.indexOf("The gate fails: 7 libraries judged")).toBeLessThan(words.indexOf("The libraries by verdict"));
    for (const verdict of VERDICTS) {
      const library = page.locator(`.library[data-verdict="${verdict}"]`);
      expect(await library.locator("summary").first().textContent()).toContain(`lib${verdict}.so.1`);
    }
    expect(troubles).toEqual([]);
  });

  test("a library opens by the keyboard and draws who needs what from whom", async () => {
    const { page } = await openPage(render(everyVerdict()));
    const library = page.locator('.library[data-verdict="unsafe"]');
    await library.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    const steps = await library.locator(".drawing li").allInnerTexts();
    expect(steps.map((step) => step.replace(/\s+/g, " "))).toEqual([
      "/usr/bin/app in the image loads",
      "/lib/libunsafe.so.1 from the host, mounted GLIBC_2.38",
      "/lib/libc.so.6 does not define GLIBC_2.38",
    ]);
    expect(await library.innerText()).toContain("version `GLIBC_2.38' not found");
  });

  test("words and verdicts choose, / and Escape too", async () => {
    const { page } = await openPage(render(everyVerdict()));
    const names = async () => (await page.locator(".library:visible summary code").allInnerTexts()).sort();
    await page.keyboard.press("/");
    await page.keyboard.type("version-not-defined RISKY");
    expect(await names()).toEqual(["librisky.so.1"]);
    expect(await page.locator("#shown").innerText()).toBe("1 of 7 shown");
    await page.keyboard.press("Escape");
    expect(await names()).toHaveLength(7);
    await page.getByRole("button", { name: "unsafe (1)" }).click();
    await page.getByRole("button", { name: "unknown (1)" }).click();
    expect(await names()).toEqual(["libunknown.so.1", "libunsafe.so.1"]);
    await page.getByRole("button", { name: "Open all" }).click();
    expect(await page.locator(".library[open]").count()).toBe(2);
    await page.getByRole("button", { name: "unknown (1)" }).click();
    expect(await names()).toEqual(["libunsafe.so.1"]);
  });

  test("a name in the matrix leads to its library, also to one that was not chosen", async () => {
    const { page } = await openPage(render(everyVerdict()));
    await page.getByRole("button", { name: "unsafe (1)" }).click();
    await page.getByRole("link", { name: "librisky.so.1" }).click();
    expect(await page.locator('.library[data-verdict="risky"]').getAttribute("open")).not.toBeNull();
    expect(await page.locator('.library[data-verdict="risky"]').isVisible()).toBe(true);
  });

  test("several reports are a matrix of every library on every side", async () => {
    const second = wholeReport([mountOf("safe", [], "libunsafe.so.1")], OTHER_HOST);
    const { page, troubles } = await openPage(render(everyVerdict(), second));
    expect((await page.locator("thead").innerText()).trim()).toBe("Library\thost.json\tother.json");
    const rows = await page.locator("tbody tr").allInnerTexts();
    expect(rows[0]).toBe("The gate\tfails\tpasses");
    expect(rows).toContain("libunsafe.so.1\tunsafe\tsafe");
    expect(rows).toContain("libsafe.so.1\tsafe\tnot judged");
    expect(await page.locator("section").count()).toBe(2);
    expect(troubles).toEqual([]);
  });

  test("mounts that hold together are copied as a shell reads them", async () => {
    const { page } = await openPage(render(setReport()), { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied").waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toBe(
      "--volume '/usr/lib/lib b'\\''.so.1:/lib/lib b'\\''.so.1':ro \\\n--volume /usr/lib/liba.so.1:/lib/liba.so.1:ro",
    );
  });

  test("a plan stands with its reasons, and its lines can be copied; where there is none, what would help", async () => {
    const good = { ...setReport(), plan: PLAN };
    const none = {
      ...setReport(),
      ...OTHER_HOST,
      plan: { ...PLAN, works: false, mounts: [], reasons: ["No libc."], advice: ["an image with glibc 2.38"] },
    };
    const { page, troubles } = await openPage(render(good, none), {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    expect(await page.getByRole("region", { name: "The plan" }).locator("tbody").innerText()).toContain(
      "/lib/liba.so.1\t/usr/lib/liba.so.1\tasked for",
    );
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByText("Copied").waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toContain("--mount type=bind,source=/usr/lib/liba.so.1,target=/lib/liba.so.1,readonly");
    const other = await page.locator("#report-1").innerText();
    expect(other).toContain("No set of mounts was found that works");
    expect(other).toContain("an image with glibc 2.38");
    expect(troubles).toEqual([]);
  });

  test("without a script all is there, and nothing that would need one", async () => {
    const { page } = await openPage(render(everyVerdict(), setReport()), { javaScriptEnabled: false });
    expect(await page.locator(".library:visible").count()).toBe(9);
    expect(await page.locator("button:visible, input:visible").count()).toBe(0);
  });

  test("no name becomes markup, a script, a request or a dialog", async () => {
    const { page, troubles } = await openPage(render(hostileReport()));
    const names = await page.locator(".library > summary > code").allTextContents();
    expect(names).toHaveLength(HOSTILE_NAMES.length);
    expect(names).toContain("<script>alert(1)</script>");
    expect(names).toContain("</code></summary></details><b>");
    expect(await page.locator("script").count()).toBe(1);
    expect(await page.locator("img, b, iframe, main a:not([href^='#'])").count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
    test.each([
      ["one report", [everyVerdict()]],
      ["several", [everyVerdict(), wholeReport([mountOf("safe")], OTHER_HOST)]],
      ["a set", [setReport()]],
      ["a plan", [{ ...setReport(), plan: PLAN }]],
    ])("axe finds nothing to mend in %s", async (_, reports) => {
      const { page } = await openPage(render(...reports), { colorScheme });
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
        "axe.run()",
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
    });
  });

  test("on a phone nothing is wider than the page", async () => {
    const { page } = await openPage(render(everyVerdict(), hostileReport()), { viewport: { width: 360, height: 740 } });
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  test("2,000 libraries are chosen among without a lag", async () => {
    const { page } = await openPage(render(manyFindings(2000)));
    // The processor's time of the page's thread: the clock on the wall would tell what else the machine does.
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async (): Promise<number> => {
      const { metrics } = await session.send("Performance.getMetrics");
      const parts = metrics.filter(({ name }) => /^(Script|Layout|RecalcStyle)Duration$/.test(name));
      return parts.reduce((sum, { value }) => sum + 1000 * value, 0);
    };
    const start = await busy();
    const texts = ["lib0001", "libc", "nothing", "", "lib01999"];
    for (const text of texts) {
      await page.locator("#words").fill(text);
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    }
    expect(await page.locator("#shown").innerText()).toBe("1 of 2000 shown");
    // Its script, its styles and its layout; a tenth of a second is what people take for at once.
    const spent = (await busy()) - start;
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(100 * texts.length);
  });
});
