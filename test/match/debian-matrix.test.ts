/** Real Debian releases for three machines, on six saved hosts: who runs where, and why not. */
import { basename } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { match, readHost, type MatchReport } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { ARCHITECTURES, describeSystem, findObstacle, SUITES, writeImage } from "./debian-images.js";
import { DEBIAN_HOSTS } from "./debian-hosts.js";
import { writeHost } from "./hosts.js";

/** By image: the verdict on each host, and what speaks for it where it is not "runs". */
const DIFFERS = "will-not-run machine-differs";
const MATRIX: Readonly<Record<string, readonly string[]>> = {
  "bullseye-amd64": ["runs", "runs", "will-not-run kernel-too-old", DIFFERS, DIFFERS, DIFFERS],
  "bookworm-amd64": ["runs", "runs", "unknown kernel-unsupported", DIFFERS, DIFFERS, DIFFERS],
  "trixie-amd64": ["runs", "runs", "unknown kernel-unsupported", DIFFERS, DIFFERS, DIFFERS],
  "bullseye-arm64": [DIFFERS, DIFFERS, DIFFERS, "runs", "will-not-run kernel-too-old", DIFFERS],
  "bookworm-arm64": [DIFFERS, DIFFERS, DIFFERS, "runs", "unknown kernel-unsupported", DIFFERS],
  "trixie-arm64": [DIFFERS, DIFFERS, DIFFERS, "runs", "unknown kernel-unsupported", DIFFERS],
  "bullseye-s390x": [DIFFERS, DIFFERS, DIFFERS, DIFFERS, DIFFERS, "runs"],
  "bookworm-s390x": [DIFFERS, DIFFERS, DIFFERS, DIFFERS, DIFFERS, "runs"],
  "trixie-s390x": [DIFFERS, DIFFERS, DIFFERS, DIFFERS, DIFFERS, "runs"],
};

const systems = SUITES.flatMap((suite) => ARCHITECTURES.map((architecture) => describeSystem(suite, architecture)));
const obstacle = findObstacle(systems);

describe.skipIf(obstacle !== undefined)(
  `Debian on six hosts${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    const folder = createFolder();
    let report: MatchReport;

    beforeAll(async () => {
      const images = SUITES.flatMap((suite) =>
        ARCHITECTURES.map((architecture) =>
          writeImage(folder, `${suite}-${architecture}.tar`, {
            system: describeSystem(suite, architecture),
            architecture,
          }),
        ),
      );
      const hosts = [];
      for (const [name, host] of Object.entries(DEBIAN_HOSTS))
        hosts.push(await readHost(await writeHost(folder, name, host)));
      report = await match(images, { hosts });
    });

    test.each(Object.entries(MATRIX))("%s", (image, expected) => {
      const cells = report.cells.filter((cell) => basename(cell.image) === `${image}.tar`);
      const told = cells.map(({ verdict, reasons }) =>
        [verdict, ...reasons.filter((reason) => reason.verdict !== "runs").map(({ id }) => id)].join(" "),
      );
      expect(told).toEqual(expected);
    });

    test("the floors of each release", () => {
      const floors = report.images.map(({ source, floors: { kernel, isa } }) => [
        basename(source, ".tar"),
        kernel,
        isa,
      ]);
      expect(floors).toEqual([
        ["bullseye-amd64", "3.2.0", undefined],
        ["bullseye-arm64", "3.7.0", undefined],
        ["bullseye-s390x", "3.2.0", undefined],
        ["bookworm-amd64", "3.2.0", "x86-64-v1"],
        ["bookworm-arm64", "3.7.0", undefined],
        ["bookworm-s390x", "3.2.0", undefined],
        ["trixie-amd64", "3.2.0", "x86-64-v1"],
        ["trixie-arm64", "3.7.0", undefined],
        ["trixie-s390x", "3.2.0", undefined],
      ]);
    });

    test("the best host of an image comes first, and what leaves nothing unused is best", () => {
      const ranking = report.ranking.hosts.find(({ of }) => basename(of) === "bookworm-amd64.tar");
      const names = ranking?.places.map((place) => place.map((path) => basename(path, ".json")));
      expect(names).toEqual([["new"], ["unknown"], ["old"], ["arm", "old-arm", "mainframe"]]);
    });
  },
);
