/** Grid files: what they come to, and what is refused with the line and what was expected. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ContainerspecError } from "../../src/errors.js";
import { toCiMatrix } from "../../src/grid/ci-matrix.js";
import { toGridFiles } from "../../src/grid/grid-files.js";
import { parseGrid } from "../../src/grid/parse-grid.js";

const HEAT = readFileSync(join(import.meta.dirname, "../../fixtures/grid/heat.yaml"), "utf8");
const BASE = 'name: x\nbases:\n  a: { from: "debian:12", manager: apt }\n';

function refusal(text: string): string {
  try {
    parseGrid(text, "grid.yaml");
  } catch (error) {
    if (error instanceof ContainerspecError && error.code === "not-a-grid") return error.message;
    throw error;
  }
  return "";
}

describe("a grid", () => {
  const grid = parseGrid(HEAT, "heat.yaml");

  test("has every base with every MPI on every architecture, but for what is excluded", () => {
    expect(grid.cells.map(({ name }) => name)).toEqual([
      "bookworm-openmpi-amd64",
      "bookworm-openmpi-arm64",
      "bookworm-mpich-amd64",
      "bookworm-mpich-arm64",
      "rocky9-openmpi-amd64",
      "rocky9-openmpi-arm64",
      "rocky9-mpich-amd64",
    ]);
    expect(grid.recipes.map(({ name }) => name)).toHaveLength(4);
  });

  test("gives each recipe the packages of its manager, each once", () => {
    expect(grid.recipes.map(({ packages }) => packages.join(" "))).toEqual([
      "g++ make libopenmpi-dev openmpi-bin",
      "g++ make libmpich-dev mpich",
      "gcc-c++ make openmpi-devel",
      "gcc-c++ make mpich-devel",
    ]);
  });

  test("is a matrix as GitHub Actions takes it", () => {
    expect(toCiMatrix(grid).include.at(-1)).toEqual({
      name: "rocky9-mpich-amd64",
      base: "rocky9",
      mpi: "mpich",
      architecture: "amd64",
      platform: "linux/amd64",
      dockerfile: "rocky9-mpich/Dockerfile",
      definition: "rocky9-mpich/apptainer.def",
      image: "images/rocky9-mpich-amd64.tar",
    });
  });

  test("without MPIs is one image for each base and architecture", () => {
    const { cells } = parseGrid(`${BASE}images: "{base}.tar"\n`, "grid.yaml");
    expect(cells.map(({ name, image, recipe }) => [name, image, recipe.mpi])).toEqual([
      ["a-amd64", "a.tar", undefined],
    ]);
  });
});

describe("its files", () => {
  const quoted = `${BASE}env: { WORDS: 'a "b" $HOME \`x\` $(y) \\z' }\nlabels: { org.example: 'it"s' }\nentrypoint: [sh, -c, "it's"]\n`;
  const [dockerfile, definition] = toGridFiles(parseGrid(quoted, "grid.yaml"), "grid.yaml").map(({ text }) => text);

  test("quote what they hold: variables stay variables, and nothing is run", () => {
    expect(dockerfile).toContain('ENV WORDS="a \\"b\\" $HOME `x` $(y) \\\\z"\n');
    expect(dockerfile).toContain('LABEL "org.example"="it\\"s"\n');
    expect(dockerfile).toContain('ENTRYPOINT ["sh","-c","it\'s"]\n');
    expect(definition).toContain('    export WORDS="a \\"b\\" $HOME \\`x\\` \\$(y) \\\\z"\n');
    expect(definition).toContain(`    exec 'sh' '-c' 'it'\\''s' "$@"\n`);
  });

  test("have no RUN where nothing is installed", () => {
    expect(dockerfile).not.toContain("RUN");
    expect(definition).not.toContain("apt-get");
  });
});

test.each([
  ["a key that there is not", `${BASE}image: x\n`, "line 4, column 1: there is no key image; did you mean images?"],
  [
    "a manager that there is not",
    "name: x\nbases:\n  a: { from: x, manager: yum }\n",
    'line 3, column 17: bases.a.manager: found "yum", expected one of apt, dnf, apk, zypper, pacman',
  ],
  ["no base", "name: x\nbases: {}\n", "line 2, column 1: it has no cell: there is no base, or all are excluded"],
  [
    "an excluded base that there is not",
    `${BASE}exclude:\n  - { base: b }\n`,
    "line 5, column 7: there is no base b; expected one of a",
  ],
  [
    "packages for another manager alone",
    `${BASE}packages: { dnf: [gcc] }\n`,
    "line 4, column 1: packages: there is nothing for apt, which the base a has; expected a list, which may be empty",
  ],
  [
    "a package that is a command",
    `${BASE}packages: { apt: ["x; rm -rf /"] }\n`,
    'line 4, column 19: packages.apt[1]: found "x; rm -rf /", expected the name of a package, such as libopenmpi-dev',
  ],
  [
    "a command of two lines",
    `${BASE}run: ["a\\nUSER root"]\n`,
    'line 4, column 7: run[1]: found "a\\nUSER root", expected a command in one line, which ends there',
  ],
  [
    "a command that takes in the next line",
    `${BASE}run: ['a \\']\n`,
    'line 4, column 7: run[1]: found "a \\\\", expected a command in one line, which ends there',
  ],
  [
    "a section of a definition file",
    `${BASE}run: ["%runscript"]\n`,
    'line 4, column 7: run[1]: found "%runscript", expected a command in one line, which ends there',
  ],
  [
    "a base that is more than a name",
    'name: x\nbases:\n  a: { from: "x\\nRUN y", manager: apt }\n',
    "expected one word, without blanks",
  ],
  [
    "two cells with one image",
    `${BASE}architectures: [amd64, arm64]\nimages: "{base}.tar"\n`,
    "line 5, column 1: images: a-amd64 and a-arm64 would both be a.tar",
  ],
  [
    "a place that there is not",
    `${BASE}images: "{arch}.tar"\n`,
    "line 4, column 1: images: there is no {arch}; expected {name}, {base}, {mpi}, {architecture}",
  ],
  [
    "a mount of nothing",
    `${BASE}mounts:\n  x: { placement: first }\n`,
    "line 5, column 3: mounts.x: it names nothing, expected libraries or binds",
  ],
  ["no YAML", "name: [", "line 1"],
])("%s is refused", (_, text, expected) => {
  expect(refusal(text)).toContain(expected);
  expect(refusal(text)).toMatch(/^Cannot use the grid grid\.yaml: /);
});
