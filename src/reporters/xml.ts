/** XML 1.0 as text: elements of which some have children and some have words. */

export interface Element {
  readonly name: string;
  /** undefined: left out */
  readonly attributes?: Readonly<Record<string, string | number | undefined>>;
  /** elements, or words alone */
  readonly children?: readonly Element[] | string;
}

/** A whole document. The words in it hold no control characters, for which XML 1.0 has no form: see toDisplayText. */
export function renderXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, "")}`;
}

function renderElement({ name, attributes = {}, children = [] }: Element, indent: string): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const start = `${indent}<${name}${given.map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`).join("")}`;
  if (children.length === 0) return `${start}/>\n`;
  if (typeof children === "string") return `${start}>${escapeXml(children)}</${name}>\n`;
  return `${start}>\n${children.map((child) => renderElement(child, `${indent}  `)).join("")}${indent}</${name}>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Every character that means something to XML as an entity, `>` too: it ends a CDATA section that somebody may wrap around it. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
