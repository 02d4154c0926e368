/** Labels of a stage written, added and taken out, and the rest of the file as it was. */
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/document.js";
import { editLabels } from "../../src/dockerfile/edit-labels.js";
import { applyEdits } from "../../src/dockerfile/span.js";

const NAME = "org.opencontainers.image.base.name";

function edit(text: string, wanted: ReadonlyMap<string, string | undefined>): string {
  const document = parseDockerfile(text);
  return applyEdits(
    text,
    document.stages.flatMap((stage) => editLabels(document, stage, wanted)),
  );
}

describe("a label that shall be there", () => {
  test.each([
    ["is added behind FROM", "FROM a\nRUN b\n", `FROM a\nLABEL ${NAME}=x/y:1\nRUN b\n`],
    ["is added behind a FROM that ends the file", "FROM a", `FROM a\nLABEL ${NAME}=x/y:1`],
    [
      "is added with the file's ends of lines",
      "FROM \\\r\n a\r\nRUN b\r\n",
      `FROM \\\r\n a\r\nLABEL ${NAME}=x/y:1\r\nRUN b\r\n`,
    ],
    [
      "is added with the end that the line of FROM has",
      "FROM a\nRUN <<EOF\nx\r\nEOF\nFROM b\r\n",
      `FROM a\nLABEL ${NAME}=x/y:1\nRUN <<EOF\nx\r\nEOF\nFROM b\r\nLABEL ${NAME}=x/y:1\r\n`,
    ],
    [
      "is written anew where it stands",
      `FROM a\nLABEL a=b ${NAME}=old \\\n  c=d\n`,
      `FROM a\nLABEL a=b ${NAME}=x/y:1 \\\n  c=d\n`,
    ],
    ["keeps its quotes", `FROM a\nLABEL ${NAME}="old"\n`, `FROM a\nLABEL ${NAME}="x/y:1"\n`],
    ["keeps the old form", `FROM a\nLABEL ${NAME} old\n`, `FROM a\nLABEL ${NAME} x/y:1\n`],
    ["stays where it is so", `FROM a\nLABEL  ${NAME}='x/y:1'  \n`, `FROM a\nLABEL  ${NAME}='x/y:1'  \n`],
    ["is put in every stage", "FROM a\nFROM b\n", `FROM a\nLABEL ${NAME}=x/y:1\nFROM b\nLABEL ${NAME}=x/y:1\n`],
  ])("%s", (_, before, after) => {
    const wanted = new Map([[NAME, "x/y:1"]]);
    expect(edit(before, wanted)).toBe(after);
    expect(edit(after, wanted)).toBe(after);
  });

  test("is quoted where it has more than a word has", () => {
    const value = `two words, "a quote" and $5`;
    const edited = edit("FROM a\n", new Map([["k", value]]));
    expect(edited).toBe('FROM a\nLABEL k="two words, \\"a quote\\" and \\$5"\n');
    expect(parseDockerfile(edited).stages[0]?.labels[0]?.pairs[0]?.value).toBe(value.replace("$", "\\$"));
  });
});

describe("a label that shall go", () => {
  test.each([
    ["goes with its line", `FROM a\n  LABEL ${NAME}=x\nRUN b\n`, "FROM a\nRUN b\n"],
    ["leaves its neighbours", `FROM a\nLABEL a=b ${NAME}=x c=d\n`, "FROM a\nLABEL a=b c=d\n"],
    ["leaves those behind it", `FROM a\nLABEL ${NAME}=x c=d\n`, "FROM a\nLABEL c=d\n"],
    [
      "takes the line that it had",
      `FROM a\nLABEL a=b \\\n      ${NAME}=x \\\n      c=d\n`,
      "FROM a\nLABEL a=b \\\n      c=d\n",
    ],
    ["at the end", `FROM a\nLABEL a=b \\\n  ${NAME}=x\n`, "FROM a\nLABEL a=b\n"],
    [
      "behind a comment, which stays, and nothing goes on",
      `FROM scratch\nLABEL a=1 \\\n  # c\n  ${NAME}=x\nCOPY foo /foo\n`,
      "FROM scratch\nLABEL a=1\n  # c\nCOPY foo /foo\n",
    ],
    [
      "between comments, and what goes on does",
      `FROM a\nLABEL a=1 \\\n  # c\n  ${NAME}=x \\\n  # d\n  b=2\nRUN b\n`,
      "FROM a\nLABEL a=1 \\\n  # c\n  # d\n  b=2\nRUN b\n",
    ],
    [
      "behind a comment, with another on its line",
      `FROM a\nLABEL a=1 \\\n  # c\n  ${NAME}=x b=2\nRUN b\n`,
      "FROM a\nLABEL a=1 \\\n  # c\n  b=2\nRUN b\n",
    ],
    [
      "first, behind a comment",
      `FROM a\nLABEL \\\n  # c\n  ${NAME}=x \\\n  b=2\nRUN b\n`,
      "FROM a\nLABEL \\\n  # c\n  b=2\nRUN b\n",
    ],
    [
      "and leaves a value that ends in what escapes elsewhere",
      `# escape=\`\nFROM a\nLABEL path=C:\\dir\\ \`\n  ${NAME}=x\nCOPY a b\n`,
      "# escape=`\nFROM a\nLABEL path=C:\\dir\\\nCOPY a b\n",
    ],
    ["that is not there changes nothing", "FROM a\nLABEL a=b\n", "FROM a\nLABEL a=b\n"],
  ])("%s", (_, before, after) => {
    expect(edit(before, new Map([[NAME, undefined]]))).toBe(after);
  });
});
