/** How much is said, and in what colours: options that every command has, and what the environment wants. */
import { Option } from "commander";

export interface Manners {
  /** quiet: errors alone; verbose: each stage of the work with its time */
  readonly talk: "quiet" | "usual" | "verbose";
  readonly color: "always" | "auto" | "never";
}

let manners: Manners = { talk: "usual", color: "auto" };

/** What was asked for; before the command line is read, what is usual. */
export function askedManners(): Manners {
  return manners;
}

interface Flags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: Manners["color"];
}

/** Takes what the command line says. */
export function behave({ quiet, verbose, color = "auto" }: Flags): void {
  manners = { talk: quiet === true ? "quiet" : verbose === true ? "verbose" : "usual", color };
}

/** `--quiet`, `--verbose` and `--color`. */
export function mannerOptions(): readonly Option[] {
  return [
    new Option("-q, --quiet", "say nothing on standard error but errors"),
    new Option("-v, --verbose", "tell on standard error what is being done, and how long it took").conflicts("quiet"),
    new Option("--color <when>", "colours: always, never, or auto, which is on a terminal (default: auto)").choices([
      "always",
      "auto",
      "never",
    ]),
  ];
}
