/** A plot of a few series of points as an SVG that stands by itself: axes from zero, a line and its name for each series. */

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 360, 56, 150, 16, 48];
const COLORS = ["#1f6feb", "#d1242f", "#1a7f37", "#8250df"];
const TICKS = 5;

/**
 * @param {object} plot
 * @param {string} plot.title
 * @param {string} plot.x what the horizontal axis counts
 * @param {string} plot.y what the vertical one does
 * @param {Record<string, readonly (readonly [number, number])[]>} plot.series
 * @returns {string}
 */
export function renderPlot({ title, x, y, series }) {
  const points = Object.values(series).flat();
  const [maxX, maxY] = [0, 1].map((axis) => niceCeiling(Math.max(...points.map((point) => point[axis] ?? 0))));
  const toX = (value) => round(LEFT + (value / maxX) * (WIDTH - LEFT - RIGHT));
  const toY = (value) => round(HEIGHT - BOTTOM - (value / maxY) * (HEIGHT - TOP - BOTTOM));
  const lines = Object.entries(series).map(([name, all], i) =>
    renderSeries(name, all, COLORS[i % COLORS.length], toX, toY),
  );
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => i / TICKS);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...ticks.map((part) => {
      const [atX, atY] = [toX(part * maxX), toY(part * maxY)];
      return (
        `<path d="M${LEFT} ${atY}H${WIDTH - RIGHT}" stroke="#d0d7de"/>` +
        `<text x="${LEFT - 6}" y="${atY + 4}" text-anchor="end">${round(part * maxY)}</text>` +
        `<text x="${atX}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${round(part * maxX)}</text>`
      );
    }),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${x}</text>`,
    `<text transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${y}</text>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

function renderSeries(name, points, color, toX, toY) {
  const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${toX(x)} ${toY(y)}`).join("");
  const [lastX, lastY] = points.at(-1) ?? [0, 0];
  return [
    `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.map(([x, y]) => `<circle cx="${toX(x)}" cy="${toY(y)}" r="3" fill="${color}"/>`),
    `<text x="${toX(lastX) + 8}" y="${toY(lastY) + 4}" fill="${color}">${name}</text>`,
  ].join("\n");
}

/** The next of 1, 2, 2.5 and 5 times a power of ten. */
function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
