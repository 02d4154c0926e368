/**
 * How packages are installed in an image, without what only costs room afterwards. The lines of one list are one RUN: what a line throws
 * away another must not have kept.
 * Sources: apt-get(8), dnf(8), apk-add(8), zypper(8), pacman(8).
 */
export const MANAGERS = ["apt", "dnf", "apk", "zypper", "pacman"] as const;
export type Manager = (typeof MANAGERS)[number];

interface Commands {
  readonly before: readonly string[];
  readonly install: string;
  readonly after: readonly string[];
}

const COMMANDS: Readonly<Record<Manager, Commands>> = {
  apt: {
    before: ["apt-get update"],
    install: "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends",
    after: ["rm -rf /var/lib/apt/lists/*"],
  },
  dnf: { before: [], install: "dnf install -y --setopt=install_weak_deps=False", after: ["dnf clean all"] },
  apk: { before: [], install: "apk add --no-cache", after: [] },
  zypper: {
    before: ["zypper --non-interactive refresh"],
    install: "zypper --non-interactive install --no-recommends",
    after: ["zypper clean --all"],
  },
  // A partial upgrade is not supported there.
  pacman: { before: [], install: "pacman -Syu --noconfirm --needed", after: ["pacman -Scc --noconfirm"] },
};

/** The commands that install packages; none where there are no packages. */
export function toInstallation(manager: Manager, packages: readonly string[]): readonly string[] {
  if (packages.length === 0) return [];
  const { before, install, after } = COMMANDS[manager];
  return [...before, [install, ...packages].join(" "), ...after];
}
