/** Every story of fixtures/rules, by rule. A rule without a story fails the parity test. */
import cLibraryDiffers from "../../fixtures/rules/c-library-differs/story.js";
import cLibraryFamily from "../../fixtures/rules/c-library-family/story.js";
import companionMissing from "../../fixtures/rules/companion-missing/story.js";
import cLibraryStray from "../../fixtures/rules/c-library-stray/story.js";
import driverFilesInImage from "../../fixtures/rules/driver-files-in-image/story.js";
import driverStubFound from "../../fixtures/rules/driver-stub-found/story.js";
import ldCacheStale from "../../fixtures/rules/ld-cache-stale/story.js";
import libraryMissing from "../../fixtures/rules/library-missing/story.js";
import severalCxxRuntimes from "../../fixtures/rules/several-cxx-runtimes/story.js";
import dataAfterEnd from "../../fixtures/rules/data-after-end/story.js";
import driverReleaseDiffers from "../../fixtures/rules/driver-release-differs/story.js";
import duplicateEntry from "../../fixtures/rules/duplicate-entry/story.js";
import elfMalformed from "../../fixtures/rules/elf-malformed/story.js";
import elfUnreadable from "../../fixtures/rules/elf-unreadable/story.js";
import environmentScript from "../../fixtures/rules/environment-script/story.js";
import executableStack from "../../fixtures/rules/executable-stack/story.js";
import glibcStandIn from "../../fixtures/rules/glibc-stand-in/story.js";
import hardlinkWithoutTarget from "../../fixtures/rules/hardlink-without-target/story.js";
import imageIncomplete from "../../fixtures/rules/image-incomplete/story.js";
import interpreterMissing from "../../fixtures/rules/interpreter-missing/story.js";
import isaLevelTooHigh from "../../fixtures/rules/isa-level-too-high/story.js";
import layerModeDiffers from "../../fixtures/rules/layer-mode-differs/story.js";
import layerUnread from "../../fixtures/rules/layer-unread/story.js";
import libraryNotFound from "../../fixtures/rules/library-not-found/story.js";
import libraryNotLoadable from "../../fixtures/rules/library-not-loadable/story.js";
import linkLoop from "../../fixtures/rules/link-loop/story.js";
import machineDiffers from "../../fixtures/rules/machine-differs/story.js";
import mpiAbiDiffers from "../../fixtures/rules/mpi-abi-differs/story.js";
import nullDevice from "../../fixtures/rules/null-device/story.js";
import otherCopyWins from "../../fixtures/rules/other-copy-wins/story.js";
import otherVersionBound from "../../fixtures/rules/other-version-bound/story.js";
import overlayAttribute from "../../fixtures/rules/overlay-attribute/story.js";
import privateSymbols from "../../fixtures/rules/private-symbols/story.js";
import projectSplit from "../../fixtures/rules/project-split/story.js";
import protectedSymbolBypassed from "../../fixtures/rules/protected-symbol-bypassed/story.js";
import protectedSymbolRefused from "../../fixtures/rules/protected-symbol-refused/story.js";
import relrUnsupported from "../../fixtures/rules/relr-unsupported/story.js";
import searchNeverReaches from "../../fixtures/rules/search-never-reaches/story.js";
import staticTlsExhausted from "../../fixtures/rules/static-tls-exhausted/story.js";
import staticTlsUncertain from "../../fixtures/rules/static-tls-uncertain/story.js";
import symbolNotDefined from "../../fixtures/rules/symbol-not-defined/story.js";
import symbolNotDefinedLazily from "../../fixtures/rules/symbol-not-defined-lazily/story.js";
import symbolSizeDiffers from "../../fixtures/rules/symbol-size-differs/story.js";
import symbolTypeDiffers from "../../fixtures/rules/symbol-type-differs/story.js";
import unknownEntryType from "../../fixtures/rules/unknown-entry-type/story.js";
import unversionedSymbols from "../../fixtures/rules/unversioned-symbols/story.js";
import versionFileNotLoaded from "../../fixtures/rules/version-file-not-loaded/story.js";
import versionInformationMissing from "../../fixtures/rules/version-information-missing/story.js";
import versionNotDefined from "../../fixtures/rules/version-not-defined/story.js";
import versionTableMissing from "../../fixtures/rules/version-table-missing/story.js";
import versionTableMissingLazily from "../../fixtures/rules/version-table-missing-lazily/story.js";
import weakVersionNotDefined from "../../fixtures/rules/weak-version-not-defined/story.js";
import type { Story } from "./story.js";

export const STORIES: readonly Story[] = [
  cLibraryDiffers,
  cLibraryFamily,
  companionMissing,
  cLibraryStray,
  driverFilesInImage,
  driverReleaseDiffers,
  driverStubFound,
  ldCacheStale,
  libraryMissing,
  severalCxxRuntimes,
  dataAfterEnd,
  duplicateEntry,
  elfMalformed,
  elfUnreadable,
  environmentScript,
  executableStack,
  glibcStandIn,
  hardlinkWithoutTarget,
  imageIncomplete,
  interpreterMissing,
  isaLevelTooHigh,
  layerModeDiffers,
  layerUnread,
  libraryNotFound,
  libraryNotLoadable,
  linkLoop,
  machineDiffers,
  mpiAbiDiffers,
  nullDevice,
  otherCopyWins,
  otherVersionBound,
  overlayAttribute,
  privateSymbols,
  projectSplit,
  protectedSymbolBypassed,
  protectedSymbolRefused,
  relrUnsupported,
  searchNeverReaches,
  staticTlsExhausted,
  staticTlsUncertain,
  symbolNotDefined,
  symbolNotDefinedLazily,
  symbolSizeDiffers,
  symbolTypeDiffers,
  unknownEntryType,
  unversionedSymbols,
  versionFileNotLoaded,
  versionInformationMissing,
  versionNotDefined,
  versionTableMissing,
  versionTableMissingLazily,
  weakVersionNotDefined,
];
