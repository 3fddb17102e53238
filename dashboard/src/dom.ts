/** Elements, made without markup: a text from the database can only become text. */

export type Child = Node | string | null;

export interface Attributes {
  [name: string]: string | boolean;
}

/** What stands where there is nothing to tell. */
export const NONE = "–";

/**
 * Make an element.
 *
 * @param name The element's name.
 * @param attributes Its attributes; true gives one without a value, false leaves it out.
 * @param children Elements, and texts that are shown as they are.
 */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(attribute, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Make a button that does something. */
export function button(text: string, attributes: Attributes, act: () => void): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/** Give the element of the page that has this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** Make a table; each cell knows its column's name, which a narrow screen shows before it. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  if (rows.length === 0) return make("p", { class: "quiet" }, `${caption}: none.`);
  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)));
  const body = rows.map((cells) =>
    make("tr", {}, ...cells.map((cell, place) => make("td", about(cell, columns[place] ?? ""), cell))),
  );
  return make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...body));
}

function about(cell: Child, column: string): Attributes {
  return { "data-column": column, ...(cell === NONE ? { class: "none" } : {}) };
}
