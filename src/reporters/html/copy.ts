/** Text that is copied by a button; without a script it is there to be selected. */
import { markup, type Markup } from "./markup.js";

export interface Copy {
  readonly title: string;
  /** what it is, in a sentence */
  readonly told?: string;
  readonly text: string;
  readonly id: string;
}

export function renderCopy({ title, told, text, id }: Copy): Markup {
  return markup`<h3>${title}</h3>
    ${told === undefined ? undefined : markup`<p>${told}</p>`}
    <pre id="${id}" tabindex="0">${text}</pre>
    <p><button type="button" data-copies="${id}" hidden>Copy</button><span class="copied" role="status"></span></p>`;
}
