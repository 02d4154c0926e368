/**
 * Code names of Debian's and Ubuntu's releases, which order tags such as `bookworm-slim`. Only what was released: a tag does not move
 * to a release that is still being made. Sources: https://www.debian.org/releases/ and https://wiki.ubuntu.com/Releases.
 */

const DEBIAN =
  "buzz rex bo hamm slink potato woody sarge etch lenny squeeze wheezy jessie stretch buster bullseye bookworm trixie";

/** Long-term releases with an asterisk: who follows these is not moved to one of the others. */
const UBUNTU =
  "warty hoary breezy dapper* edgy feisty gutsy hardy* intrepid jaunty karmic lucid* maverick natty oneiric precise* quantal raring " +
  "saucy trusty* utopic vivid wily xenial* yakkety zesty artful bionic* cosmic disco eoan focal* groovy hirsute impish jammy* kinetic " +
  "lunar mantic noble* oracular plucky questing resolute*";

export interface CodeName {
  readonly distribution: "debian" | "ubuntu" | "ubuntu long-term";
  /** later releases have larger numbers */
  readonly order: number;
}

const CODE_NAMES: ReadonlyMap<string, CodeName> = new Map<string, CodeName>([
  ...DEBIAN.split(" ").map((name, order) => [name, { distribution: "debian", order }] as const),
  ...UBUNTU.split(" ").map((name, order) => {
    const distribution = name.endsWith("*") ? "ubuntu long-term" : "ubuntu";
    return [name.replace("*", ""), { distribution, order }] as const;
  }),
]);

/** What a word is the code name of. */
export function findCodeName(word: string): CodeName | undefined {
  return CODE_NAMES.get(word);
}
