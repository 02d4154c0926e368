/** A policy file: all that it may say, and that a slip of the pen is an error with its place, never a weaker gate. */
import { describe, expect, test } from "vitest";
import { ContainerspecError } from "../../src/errors.js";
import { listRules } from "../../src/explain.js";
import { parsePolicy } from "../../src/policy/parse-policy.js";

const RULES = listRules().map(({ id }) => id);
const parse = (text: string) => parsePolicy(text, "containerspec.yaml", RULES);

function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ContainerspecError);
    expect((error as ContainerspecError).code).toBe("not-a-policy");
    return (error as Error).message;
  }
  throw new Error("it was taken");
}

const WHOLE = `
# The cluster's gate
fail-on: safe-with
allow-unknown: false
hosts: [login.json, gpu/node.json]
libraries:
  - libmpi.so.*
required:
  - library: libmpi.so.12
    hosts: [login.json]
  - library: libz.so.1
severities:
  symbol-size-differs: note
floors: { glibc: 2.30, kernel: 4.18, isa: x86-64-v2 }
accept:
  - rule: version-not-defined
    library: libz.so.*
    consumers: ["/usr/bin/*"]
    image: team/app
    host: login.json
    reason: the old one is only used by a tool that we do not start
    owner: ops@site
    expires: 2027-06-30
`;

test("all that there is", () => {
  const { severities, ...policy } = parse(WHOLE);
  expect(policy).toEqual({
    source: "containerspec.yaml",
    failOn: "safe-with",
    allowUnknown: false,
    hosts: ["login.json", "gpu/node.json"],
    libraries: ["libmpi.so.*"],
    required: [
      { library: "libmpi.so.12", hosts: ["login.json"] },
      { library: "libz.so.1", hosts: [] },
    ],
    // No number: 2.30 is not 2.3.
    floors: { glibc: "2.30", kernel: "4.18", isa: "x86-64-v2" },
    accept: [
      {
        place: "containerspec.yaml, line 16",
        rule: "version-not-defined",
        library: "libz.so.*",
        consumers: ["/usr/bin/*"],
        image: "team/app",
        host: "login.json",
        reason: "the old one is only used by a tool that we do not start",
        owner: "ops@site",
        expires: "2027-06-30",
      },
    ],
  });
  expect([...severities]).toEqual([["symbol-size-differs", "note"]]);
});

test("JSON is taken, too", () => {
  expect(parse('{"fail-on": "unsafe", "allow-unknown": true, "floors": {"glibc": "2.30"}}')).toMatchObject({
    failOn: "unsafe",
    allowUnknown: true,
    floors: { glibc: "2.30" },
  });
});

const ENTRY = "accept:\n  - rule: link-loop\n    reason: r\n    owner: o\n";

describe("what it refuses, and where", () => {
  test.each([
    ["a key that there is not", "fail_on: risky\n", "line 1, column 1: there is no key fail_on; did you mean fail-on?"],
    ["one that is like no other", "colour: red\n", "there is no key colour; expected one of $schema, fail-on,"],
    [
      "a key inside",
      `${ENTRY}    expire: 2027-01-01\n`,
      "line 5, column 5: accept[1]: there is no key expire; did you mean expires?",
    ],
    [
      "a key of the floors",
      "floors:\n  libc: 2.30\n",
      "line 2, column 3: floors: there is no key libc; did you mean glibc?",
    ],
    ["a key that stands twice", "fail-on: risky\nfail-on: never\n", "line 2, column 1: map keys must be unique"],
    ["no end of an acceptance", ENTRY, "line 2, column 5: accept[1].expires: it is missing, expected some text"],
    [
      "an empty reason",
      `accept: [{ rule: link-loop, reason: " ", owner: o, expires: 2027-01-01 }]`,
      "accept[1].reason: found",
    ],
    [
      "a day that there is not",
      `${ENTRY}    expires: 2027-02-30\n`,
      'found "2027-02-30", expected a day of the calendar',
    ],
    [
      "a day in another order",
      `${ENTRY}    expires: 30.6.2027\n`,
      "expected a day of the calendar, such as 2027-06-30",
    ],
    ["a verdict that there is not", "fail-on: riski\n", 'fail-on: found "riski"; did you mean risky?'],
    [
      "a rule that there is not",
      "severities:\n  simbol-size-differs: note\n",
      "line 2, column 3: there is no rule simbol-size-differs; did you mean symbol-size-differs?",
    ],
    [
      "a rule that there is not, accepted",
      "accept: [{ rule: foo, reason: r, owner: o, expires: 2027-01-01 }]",
      "there is no rule foo; `containerspec explain` lists all rules",
    ],
    [
      "a severity that there is not",
      "severities: { link-loop: off }\n",
      'severities.link-loop: found "off", expected one of error, unknown, warning, note',
    ],
    ["YAML's other no", "allow-unknown: no\n", 'allow-unknown: found "no", expected one of true, false'],
    ["text where a list belongs", "hosts: login.json\n", 'hosts: found "login.json", expected a list'],
    ["a key without a value", "libraries:\n", "libraries: found nothing, expected a list"],
    ["an empty list", "libraries: []\n", "libraries: found a list, expected at least one"],
    ["a level that there is not", "floors: { isa: x86-64-v9 }\n", "floors.isa:"],
    [
      "a release that is none",
      "floors: { kernel: new }\n",
      'floors.kernel: found "new", expected a release, such as "2.34"',
    ],
    ["a list", "- fail-on: risky\n", "found a list, expected keys with values"],
    ["an empty file", "", "expected keys with values"],
    ["what is no YAML", "a: [b\n", "line 2"],
  ])("%s", (_, text, words) => {
    expect(refusal(text)).toContain(words);
    expect(refusal(text)).toMatch(
      /^Cannot use the policy containerspec\.yaml: line \d+, column \d+: .*docs\/policy\.md has all keys$/,
    );
  });

  test("several at once, and the number of those beyond five", () => {
    const message = refusal(Array.from({ length: 7 }, (_, i) => `key${i}: x`).join("\n"));
    expect(message.match(/there is no key/g)).toHaveLength(5);
    expect(message).toContain("; and 2 more;");
  });
});
