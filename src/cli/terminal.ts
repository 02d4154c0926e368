/** What is known of the terminal, or the pipe, that results go to. */
import type { Terminal } from "../reporters/terminal.js";
import { askedManners } from "./manners.js";

const PIPE_WIDTH = 100;
const MIN_WIDTH = 40;
const MAX_WIDTH = 120;
/** of a terminal that does not know its size: `docker run -t` before it is told, script(1), many runners of CI */
const USUAL_WIDTH = 80;

/** The terminal behind standard output, or a pipe. */
export function standardOutput(): Terminal {
  const { isTTY, columns } = process.stdout;
  if (!isTTY) return { width: PIPE_WIDTH, color: wantsColor(false) };
  const width = columns > 0 ? columns : USUAL_WIDTH;
  return { width: Math.max(MIN_WIDTH, Math.min(width, MAX_WIDTH)), color: wantsColor(process.env["TERM"] !== "dumb") };
}

/** --color before the environment: NO_COLOR (any text) before FORCE_COLOR (0 and false are none), as no-color.org and most programs of Node.js have it. */
function wantsColor(usual: boolean): boolean {
  const { color } = askedManners();
  if (color !== "auto") return color === "always";
  const { NO_COLOR: no = "", FORCE_COLOR: force } = process.env;
  if (no !== "") return false;
  return force === undefined ? usual : force !== "0" && force !== "false";
}
