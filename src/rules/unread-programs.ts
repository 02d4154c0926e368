/**
 * Programs of which not even the libraries that they need are known. No search leads to a program, so that nothing but its own
 * file says whether it uses a mounted library: each is a user of every mount for its machine, and how it fares nobody can say.
 */
import type { MountCase } from "../mounts/mount-case.js";

type Programs = MountCase["image"]["unread"];

/** Those that the kernel would still start with this mount. */
export function findUnreadPrograms({ image, landings }: MountCase): Programs {
  return image.unread.filter(
    ({ path, elf }) =>
      landings.some(({ candidate: { elf: other } }) => elf.machine === other.machine && elf.class === other.class) &&
      !landings.some(({ mount: { target } }) => path === target || path.startsWith(`${target}/`)),
  );
}
