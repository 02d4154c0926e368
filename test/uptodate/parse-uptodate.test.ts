/** Files uptodate.yaml: what they come to, and what is refused with its line. */
import { describe, expect, test } from "vitest";
import { ContainerspecError } from "../../src/errors.js";
import { parseUptodate } from "../../src/uptodate/parse-uptodate.js";

function refusal(text: string): string {
  try {
    parseUptodate(text, "uptodate.yaml");
  } catch (error) {
    if (error instanceof ContainerspecError && error.code === "not-an-uptodate-file") return error.message;
    throw error;
  }
  return "";
}

/** As uptodate's guide shows them: a list that starts with a word in quotes, comments, and versions without quotes. */
const GUIDE = `# Is the build active?
dockerbuild:
  active: true
  matrix:
    llvm_version: [4.0.0, 5.0.1, "6.0.0"]
    ubuntu_version: ["16.04", "18.04", "20.10"]
  build_args:
    llvm_version:
      key: llvm
    abyss_version:
      key: abyss
      type: spack
    ubuntu_version:
      key: ubuntu
      name: ubuntu
      type: container
`;

describe("a file", () => {
  test("of a hierarchy has its image and which tags are taken; versions keep their zeros", () => {
    const text = `dockerhierarchy:\n  container:\n    name: ghcr.io/a/b\n    startat: 22.10\n    skips: [23.10]\n`;
    expect(parseUptodate(text, "u").hierarchy).toEqual({
      name: "ghcr.io/a/b",
      choice: { filter: [/[0-9]+[.][0-9]+(?:[.][0-9]+)?/u], startAt: "22.10", skips: ["23.10"], includes: [] },
    });
  });

  test("with a matrix has its combinations, and of the ARG those that are in it", () => {
    const { builds, hierarchy } = parseUptodate(GUIDE, "u");
    expect(hierarchy).toBeUndefined();
    expect(builds?.args.map(({ arg, slug }) => [arg, slug])).toEqual([
      ["llvm_version", "llvm"],
      ["ubuntu_version", "ubuntu"],
    ]);
    expect(builds?.matrix?.map((one) => Object.fromEntries(one))).toEqual([
      { llvm_version: "4.0.0", ubuntu_version: "16.04" },
      { llvm_version: "5.0.1", ubuntu_version: "18.04" },
      { llvm_version: "6.0.0", ubuntu_version: "20.10" },
    ]);
  });

  test("without a matrix has where each ARG gets its values from", () => {
    const text = `dockerbuild:
  active: false
  container_basename: x
  build_args:
    a: { values: [ON], versions: ["1", "1"] }
    b: { type: spack, key: zlib }
    c: { type: container, name: "localhost:5000/c:1.2" }
    d: { type: container, name: "localhost:5000/d", filter: ["^1"] }
`;
    const choice = { filter: [], skips: [], includes: [] };
    expect(parseUptodate(text, "u").builds).toEqual({
      isActive: false,
      basename: "x",
      exclude: [],
      args: [
        { arg: "a", slug: "a", values: { kind: "manual", values: ["ON", "1"] } },
        { arg: "b", slug: "zlib", values: { kind: "spack", name: "zlib", choice } },
        {
          arg: "c",
          slug: "c",
          values: {
            kind: "container",
            name: "localhost:5000/c",
            tag: "1.2",
            choice: { ...choice, filter: [/[0-9]+[.][0-9]+(?:[.][0-9]+)?/u] },
          },
        },
        {
          arg: "d",
          slug: "d",
          values: { kind: "container", name: "localhost:5000/d", choice: { ...choice, filter: [/^1/u] } },
        },
      ],
    });
  });
});

const HIERARCHY = "dockerhierarchy:\n  container:\n    name: ubuntu\n";
const BUILD = "dockerbuild:\n  build_args:\n    a: { versions: [1, 2] }\n    b: { versions: [3] }\n";
test.each<readonly [string, string, string]>([
  ["no YAML", "dockerhierarchy: [", "line 1"],
  ["nothing", "", "line 1, column 1: found nothing, expected keys with values"],
  ["neither", "{}", "line 1, column 1: it has neither dockerhierarchy nor dockerbuild"],
  [
    "another key",
    "dockerhierarchies: {}",
    "line 1, column 1: there is no key dockerhierarchies; did you mean dockerhierarchy?",
  ],
  [
    "another key of the container",
    `${HIERARCHY}    filters: []\n`,
    "line 4, column 5: dockerhierarchy.container: there is no key filters; did you mean filter?",
  ],
  [
    "another key of an ARG",
    BUILD.replace("versions: [3]", "version: [3]"),
    "line 4, column 10: dockerbuild.build_args.b: there is no key version; did you mean versions?",
  ],
  [
    "a filter that is no list",
    `${HIERARCHY}    filter: "^2"\n`,
    'line 4, column 5: dockerhierarchy.container.filter: found "^2", expected a list',
  ],
  [
    "a filter that is no expression",
    `${HIERARCHY}    filter: ["(?i)x"]\n`,
    'line 4, column 14: dockerhierarchy.container.filter[1]: found "(?i)x", expected a regular expression as JavaScript has them with the flag u',
  ],
  [
    "an expression of another dialect",
    `${HIERARCHY}    filter: ['\\Ax\\z']\n`,
    "expected a regular expression as JavaScript has them with the flag u",
  ],
  [
    "an image with a tag",
    HIERARCHY.replace("ubuntu", "ubuntu:22.04"),
    "line 3, column 5: dockerhierarchy.container.name: found ubuntu:22.04, expected the name of an image without a tag",
  ],
  [
    "no image",
    "dockerhierarchy:\n  container: {}\n",
    "dockerhierarchy.container.name: it is missing, expected some text",
  ],
  [
    "an image that is none",
    HIERARCHY.replace("ubuntu", "https://x/y"),
    "found https://x/y, expected the name of an image without a tag",
  ],
  [
    "no ARG",
    "dockerbuild:\n  build_args: {}\n",
    "line 2, column 3: dockerbuild.build_args: it is empty, expected at least one ARG",
  ],
  ["an ARG that is none", BUILD.replace("a:", '"a b":'), "there is no a b, expected the name of an ARG"],
  [
    "an ARG without values",
    BUILD.replace("{ versions: [3] }", "{ key: x }"),
    "line 4, column 5: dockerbuild.build_args.b: it has no versions, and there is no matrix",
  ],
  [
    "an ARG with an empty list",
    BUILD.replace("[3]", "[]"),
    "dockerbuild.build_args.b.versions: found a list, expected at least one",
  ],
  [
    "a container without a name",
    BUILD.replace("versions: [3]", "type: container"),
    "dockerbuild.build_args.b: it has no name, expected that of an image",
  ],
  [
    "a package without a name",
    BUILD.replace("versions: [3]", "type: spack"),
    "dockerbuild.build_args.b: it has no name, expected that of a package",
  ],
  [
    "a container with a digest",
    BUILD.replace("versions: [3]", `type: container, name: "x@sha256:${"1".repeat(64)}"`),
    "expected the name of an image without a digest",
  ],
  [
    "another type",
    BUILD.replace("versions: [3]", "type: containers"),
    'dockerbuild.build_args.b.type: found "containers"; did you mean container?',
  ],
  [
    "a value that is more than a word",
    BUILD.replace("[3]", '["3; rm -rf /"]'),
    'line 4, column 21: dockerbuild.build_args.b.versions[1]: found "3; rm -rf /", expected one word of letters, digits and _ . + : @ / ~ = , % ^ -, which a shell leaves alone (~ not first)',
  ],
  ...["~/x", "a=~/x", "a:~"].map((value): readonly [string, string, string] => [
    `a value that a shell changes, ${value},`,
    BUILD.replace("[3]", `["${value}"]`),
    `found "${value}", expected one word of`,
  ]),
  [
    "a list that is nothing",
    BUILD.replace("{ versions: [3] }", "{ versions: }"),
    "line 4, column 10: dockerbuild.build_args.b.versions: found nothing, expected a list; docs",
  ],
  [
    "an ARG that would vanish",
    BUILD.replace("b:", "__proto__:"),
    "line 4, column 5: dockerbuild.build_args.__proto__: no ARG can be called that; docs",
  ],
  ["a second document", `${BUILD}---\nx: 1\n`, "another document begins, expected one; docs"],
  [
    "a matrix of an ARG that there is not",
    `${BUILD}  matrix: { aa: [1] }\n`,
    "line 5, column 13: dockerbuild.matrix.aa: there is no such ARG in build_args; expected one of a, b",
  ],
  [
    "lists of different lengths in a matrix",
    `${BUILD}  matrix: { a: [1, 2], b: [3] }\n`,
    "line 5, column 3: dockerbuild.matrix: a has 2 values and b 1, expected lists of one length",
  ],
  [
    "lists of different lengths in what is excluded",
    `${BUILD}  exclude: { a: [1], b: [3, 4] }\n`,
    "line 5, column 3: dockerbuild.exclude: a has 1 values and b 2, expected lists of one length",
  ],
  [
    "an empty matrix",
    `${BUILD}  matrix: {}\n`,
    "line 5, column 3: dockerbuild.matrix: it is empty, expected lists of values",
  ],
  [
    "no truth",
    `${BUILD}  active: off\n`,
    'line 5, column 3: dockerbuild.active: found "off", expected one of true, false',
  ],
])("%s is refused", (_, text, expected) => {
  expect(refusal(text)).toContain(expected);
  expect(refusal(text)).toMatch(/^Cannot use uptodate\.yaml: .*; docs\/uptodate\.md has all keys$/);
});
