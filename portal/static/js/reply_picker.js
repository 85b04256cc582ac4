/** The dialog that "??" and "//" open in an answer: articles or canned replies, chosen and inserted by keyboard alone. */

const DELAY_MS = 180;

export class Picker {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {(choice: object, way: string) => void} choose Called with what was chosen and how it shall be inserted.
   */
  constructor(dialog, choose) {
    this.dialog = dialog;
    this.choose = choose;
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.title = dialog.querySelector("[data-picker-title]");
    this.keys = dialog.querySelector("[data-article-keys]");
    this.empty = dialog.querySelector("[data-picker-empty]");
    this.found = [];
    this.current = 0;
    this.timer = 0;
    this.asked = 0;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  /** Opens it on a source: `kind` names it, `find` returns what fits some words. */
  open(kind, find) {
    this.find = find;
    this.title.textContent = this.title.dataset[kind];
    this.keys.hidden = kind !== "articles";
    this.input.value = "";
    this.show([]);
    this.empty.textContent = "";
    this.dialog.showModal();
    this.input.focus();
    this.look();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), DELAY_MS);
  }

  async look() {
    const number = ++this.asked;
    const found = await this.find(this.input.value.trim()).catch(() => []);
    if (number === this.asked) this.show(found, true);
  }

  show(found, asked = false) {
    this.found = found;
    this.current = 0;
    this.list.replaceChildren(...found.map((choice, place) => this.row(choice, place)));
    this.empty.textContent = asked && found.length === 0 ? this.empty.dataset.none : "";
    this.mark();
  }

  row(choice, place) {
    const row = document.createElement("li");
    row.id = `picker-option-${place}`;
    row.role = "option";
    row.className = "picker__option";
    row.dir = "auto";
    row.append(choice.title);
    if (choice.section) row.append(small(` › ${choice.section}`));
    for (const name of ["hidden", choice.unhelpful ? "unhelpful" : "read"]) {
      if (choice[name]) row.append(" ", badge(this.list.dataset[name], name));
    }
    if (choice.summary) row.append(document.createElement("br"), small(choice.summary));
    return row;
  }

  mark() {
    [...this.list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === this.current)));
    const row = this.list.children[this.current];
    if (row) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  onKey(event) {
    const last = this.found.length - 1;
    const places = { ArrowDown: Math.min(this.current + 1, last), ArrowUp: Math.max(this.current - 1, 0) };
    if (event.key in places) {
      this.current = Math.max(places[event.key], 0);
      this.mark();
    } else if (event.key === "Enter") {
      this.take(event.altKey ? "steps" : event.ctrlKey || event.metaKey ? "quote" : "link");
    } else return;
    event.preventDefault();
  }

  onClick(event) {
    const place = [...this.list.children].indexOf(event.target.closest("li"));
    if (place < 0) return;
    this.current = place;
    this.take(event.altKey ? "steps" : event.ctrlKey || event.metaKey ? "quote" : "link");
  }

  take(way) {
    const choice = this.found[this.current];
    if (!choice) return;
    this.dialog.close();
    this.choose(choice, way);
  }
}

function small(text) {
  const part = document.createElement("span");
  part.className = "soft small";
  part.textContent = text;
  return part;
}

function badge(text, kind) {
  const part = document.createElement("span");
  const kinds = { hidden: "badge badge--bad", unhelpful: "badge badge--caution", read: "badge" };
  part.className = kinds[kind];
  part.textContent = text;
  return part;
}
