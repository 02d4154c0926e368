/** What neither the compiler nor the walls check. Layout is Prettier's matter. A rule that is off or changed says why. */
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["build/", "dist/", "coverage/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.json", "tsconfig.test.json", "tsconfig.scripts.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A number reads the same in a template and outside; what must not slip in is an object, null or undefined.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => resolve()` is how one passes "nothing" on; braces would add a line and no meaning.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Our objects are closures: but for the byte reader and the error nothing has a `this` that could be lost by taking a method.
      "@typescript-eslint/unbound-method": "off",
      // A name with an underscore stands for a place in a list that must be passed over.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      // NUL, ESC and their like are what is looked for in file formats and in what terminals get.
      "no-control-regex": "off",
      // The compiler narrows by `===` alone, and `==` would let "0" pass for 0 in what a file says.
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // A new kind of problem must not fall through unjudged; a written default is a judgement.
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    name: "the command line alone has a process and a console",
    files: ["src/**/*.ts"],
    ignores: ["src/cli/**"],
    rules: {
      "no-console": "error",
      "no-restricted-globals": [
        "error",
        {
          name: "process",
          message: "The library takes values; only src/cli may ask the process.",
        },
      ],
    },
  },
  {
    name: "the two files that ask which machine this is",
    // live.ts describes this very machine; zstd-decoder.ts lets a test choose the decoder that an unbuilt zstd-napi leaves.
    files: ["src/host/live.ts", "src/image/zstd-decoder.ts"],
    rules: { "no-restricted-globals": "off" },
  },
  {
    name: "rules are pure and synchronous",
    files: ["src/rules/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: ":function[async=true]", message: "A rule is synchronous: it judges what was read before." },
        { selector: "AwaitExpression", message: "A rule is synchronous: it judges what was read before." },
        { selector: "Identifier[name='Promise']", message: "A rule is synchronous: it judges what was read before." },
      ],
    },
  },
  {
    name: "64-bit words stay in the byte reader",
    files: ["src/**/*.ts"],
    ignores: ["src/elf/reader.ts", "src/rules/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "Literal[bigint], TSBigIntKeyword, CallExpression[callee.name='BigInt']",
          message: "bigint is for src/elf/reader.ts, which hands out numbers that were checked to be safe.",
        },
      ],
    },
  },
  {
    name: "scripts are plain JavaScript",
    // Without annotations, the typed rules only see `any`. The compiler still checks these files (tsconfig.scripts.json).
    files: ["**/*.{js,mjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    // Which names exist is the compiler's knowledge too; a list of Node's globals would only copy it.
    rules: { "no-undef": "off" },
  },
);
