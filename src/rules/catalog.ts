/** Every rule, in the order in which docs and reports list them. */
import type { ImageRule, MountRule, RuleFacts } from "./rule.js";
import { cLibraryStray } from "./image/c-library-stray.js";
import { driverFilesInImage } from "./image/driver-files-in-image.js";
import { driverStubFound } from "./image/driver-stub-found.js";
import { ldCacheStale } from "./image/ld-cache-stale.js";
import { libraryMissing } from "./image/library-missing.js";
import { severalCxxRuntimes } from "./image/several-cxx-runtimes.js";
import { dataAfterEnd } from "./image/data-after-end.js";
import { duplicateEntry } from "./image/duplicate-entry.js";
import { elfMalformed } from "./image/elf-malformed.js";
import { environmentScript } from "./image/environment-script.js";
import { hardlinkWithoutTarget } from "./image/hardlink-without-target.js";
import { layerModeDiffers } from "./image/layer-mode-differs.js";
import { layerUnread } from "./image/layer-unread.js";
import { linkLoop } from "./image/link-loop.js";
import { machineDiffers } from "./image/machine-differs.js";
import { nullDevice } from "./image/null-device.js";
import { overlayAttribute } from "./image/overlay-attribute.js";
import { unknownEntryType } from "./image/unknown-entry-type.js";
import { cLibraryDiffers } from "./mount/c-library-differs.js";
import { cLibraryFamily } from "./mount/c-library-family.js";
import { companionMissing } from "./mount/companion-missing.js";
import { driverReleaseDiffers } from "./mount/driver-release-differs.js";
import { elfUnreadable } from "./mount/elf-unreadable.js";
import { executableStack } from "./mount/executable-stack.js";
import { glibcStandIn } from "./mount/glibc-stand-in.js";
import { imageIncomplete } from "./mount/image-incomplete.js";
import { interpreterMissing } from "./mount/interpreter-missing.js";
import { isaLevelTooHigh } from "./mount/isa-level-too-high.js";
import { libraryNotFound } from "./mount/library-not-found.js";
import { libraryNotLoadable } from "./mount/library-not-loadable.js";
import { mpiAbiDiffers } from "./mount/mpi-abi-differs.js";
import { otherCopyWins } from "./mount/other-copy-wins.js";
import { otherVersionBound } from "./mount/other-version-bound.js";
import { privateSymbols } from "./mount/private-symbols.js";
import { projectSplit } from "./mount/project-split.js";
import { protectedSymbolBypassed } from "./mount/protected-symbol-bypassed.js";
import { protectedSymbolRefused } from "./mount/protected-symbol-refused.js";
import { relrUnsupported } from "./mount/relr-unsupported.js";
import { searchNeverReaches } from "./mount/search-never-reaches.js";
import { staticTlsExhausted } from "./mount/static-tls-exhausted.js";
import { staticTlsUncertain } from "./mount/static-tls-uncertain.js";
import { symbolNotDefined } from "./mount/symbol-not-defined.js";
import { symbolNotDefinedLazily } from "./mount/symbol-not-defined-lazily.js";
import { symbolSizeDiffers } from "./mount/symbol-size-differs.js";
import { symbolTypeDiffers } from "./mount/symbol-type-differs.js";
import { unversionedSymbols } from "./mount/unversioned-symbols.js";
import { versionFileNotLoaded } from "./mount/version-file-not-loaded.js";
import { versionInformationMissing } from "./mount/version-information-missing.js";
import { versionNotDefined } from "./mount/version-not-defined.js";
import { versionTableMissing } from "./mount/version-table-missing.js";
import { versionTableMissingLazily } from "./mount/version-table-missing-lazily.js";
import { weakVersionNotDefined } from "./mount/weak-version-not-defined.js";

export const MOUNT_RULES: readonly MountRule[] = [
  versionNotDefined,
  symbolNotDefined,
  libraryNotFound,
  libraryNotLoadable,
  versionTableMissing,
  versionFileNotLoaded,
  protectedSymbolRefused,
  relrUnsupported,
  executableStack,
  staticTlsExhausted,
  isaLevelTooHigh,
  interpreterMissing,
  cLibraryFamily,
  cLibraryDiffers,
  projectSplit,
  mpiAbiDiffers,
  driverReleaseDiffers,
  elfUnreadable,
  imageIncomplete,
  staticTlsUncertain,
  glibcStandIn,
  companionMissing,
  symbolNotDefinedLazily,
  versionTableMissingLazily,
  symbolSizeDiffers,
  symbolTypeDiffers,
  privateSymbols,
  protectedSymbolBypassed,
  versionInformationMissing,
  weakVersionNotDefined,
  otherVersionBound,
  unversionedSymbols,
  searchNeverReaches,
  otherCopyWins,
];

export const IMAGE_RULES: readonly ImageRule[] = [
  machineDiffers,
  environmentScript,
  layerUnread,
  hardlinkWithoutTarget,
  linkLoop,
  dataAfterEnd,
  unknownEntryType,
  overlayAttribute,
  nullDevice,
  elfMalformed,
  duplicateEntry,
  layerModeDiffers,
  libraryMissing,
  driverFilesInImage,
  driverStubFound,
  cLibraryStray,
  severalCxxRuntimes,
  ldCacheStale,
];

/** Every rule by what reports and docs say of it. */
export const ALL_RULES: readonly RuleFacts[] = [...MOUNT_RULES, ...IMAGE_RULES];
