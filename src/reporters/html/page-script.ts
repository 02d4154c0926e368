/**
 * What happens on the page: choosing by verdict and by words, and copying. Without it the page is whole, and nothing can be chosen.
 * The function's own text is put in the page, so that it uses nothing of this module but the types, which tell the little of the
 * DOM that it touches.
 */

interface PageElement {
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly parentElement: PageElement | null;
  hidden: boolean;
  open: boolean;
  value: string;
  textContent: string | null;
  addEventListener(event: string, listener: (event: { readonly key: string; preventDefault(): void }) => void): void;
  closest(selector: string): PageElement | null;
  focus(): void;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  scrollIntoView(): void;
  setAttribute(name: string, value: string): void;
}

declare const document: PageElement & {
  readonly activeElement: PageElement | null;
  getElementById(id: string): PageElement | null;
};
declare const navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } };
declare const window: {
  readonly location: { readonly hash: string };
  addEventListener(event: string, listener: () => void): void;
};

/** Runs in the page. */
export function startPage(): void {
  const find = document.getElementById("find");
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const libraries = [...document.querySelectorAll(".library")];
  const groups = [...document.querySelectorAll(".group")];
  const choices = [...document.querySelectorAll("#find button[data-choice]")];

  function choose(): void {
    const wanted = (words?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(choices.filter(isPressed).map((button) => button.dataset["choice"]));
    let number = 0;
    for (const library of libraries) {
      const text = library.dataset["words"] ?? "";
      const isWanted = wanted.every((word) => text.includes(word));
      library.hidden = !isWanted || (verdicts.size > 0 && !verdicts.has(library.dataset["verdict"]));
      if (!library.hidden) number += 1;
    }
    for (const group of groups) group.hidden = ![...group.querySelectorAll(".library")].some(({ hidden }) => !hidden);
    if (shown !== null) shown.textContent = `${number} of ${libraries.length} shown`;
  }

  function isPressed(button: PageElement): boolean {
    return button.getAttribute("aria-pressed") === "true";
  }

  /** A link to a library opens it, though it was not chosen. */
  function followLink(): void {
    const target = document.getElementById(window.location.hash.slice(1));
    const library = target === null ? null : target.closest(".library");
    if (library === null) return;
    const group = library.closest(".group");
    if (group !== null) group.hidden = false;
    library.hidden = false;
    library.open = true;
    library.scrollIntoView();
  }

  async function copy(button: PageElement): Promise<void> {
    const text = document.getElementById(button.dataset["copies"] ?? "")?.textContent ?? "";
    const told = button.parentElement?.querySelectorAll(".copied")[Symbol.iterator]().next();
    const place = told?.done === false ? told.value : undefined;
    let said = "Copied";
    try {
      await navigator.clipboard?.writeText(text);
      if (navigator.clipboard === undefined) said = "Select the text to copy it";
    } catch {
      said = "Select the text to copy it";
    }
    if (place !== undefined) place.textContent = said;
  }

  for (const button of choices) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(!isPressed(button)));
      choose();
    });
  }
  for (const button of document.querySelectorAll("button[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
  for (const button of document.querySelectorAll("#find button[data-fold]")) {
    button.addEventListener("click", () => {
      for (const library of libraries) if (!library.hidden) library.open = button.dataset["fold"] === "open";
    });
  }
  words?.addEventListener("input", choose);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== words) {
      event.preventDefault();
      words?.focus();
    }
    if (event.key === "Escape" && words !== null && document.activeElement === words) {
      words.value = "";
      choose();
    }
  });
  window.addEventListener("hashchange", followLink);
  if (find !== null) find.hidden = false;
  choose();
  followLink();
}
