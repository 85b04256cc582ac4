/**
 * Suggestions while typing, for every search box that names a `data-suggest-url`.
 *
 * The box becomes an ARIA combobox with a listbox: focus stays in the box, arrow keys choose, Enter opens, Escape
 * closes. Without this script the form still searches; any trouble with the network simply shows no suggestions.
 */

const DELAY_MS = 120;
const SHORTEST = 2;

class SuggestBox {
  constructor(form, number) {
    this.form = form;
    this.input = form.querySelector('input[type="search"]');
    this.listId = `suggestions-${number}`;
    this.chosen = -1;
    this.items = [];
    this.request = null;
    this.timer = 0;
    this.build();
    this.listen();
  }

  build() {
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = this.listId;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.form.dataset.suggestLabel);
    this.status = document.createElement("div");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.form.append(this.list, this.status);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.listId);
  }

  listen() {
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // A press must not take the focus away before the click arrives.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest('[role="option"]');
      if (item) this.open(Number(item.dataset.position));
    });
    this.form.addEventListener("submit", () => this.stop());
  }

  later() {
    this.stop();
    const typed = this.input.value.trim();
    if (typed.length < SHORTEST) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(typed), DELAY_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = null;
  }

  async ask(typed) {
    const request = new AbortController();
    this.request = request;
    const url = new URL(this.form.dataset.suggestUrl, location.href);
    url.searchParams.set("q", typed);
    try {
      const answer = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (this.request === request) this.show(found ?? [], typed);
    } catch {
      if (this.request === request) this.close();
    }
  }

  show(found, typed) {
    if (document.activeElement !== this.input) return;
    this.items = found;
    this.chosen = -1;
    this.list.replaceChildren(...found.map((item, position) => this.option(item, position, typed)));
    this.input.removeAttribute("aria-activedescendant");
    this.expand(found.length > 0);
    this.say(found.length);
  }

  option(item, position, typed) {
    const option = document.createElement("li");
    option.className = "suggestions__item";
    option.id = `${this.listId}-${position}`;
    option.dataset.position = position;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const words = document.createElement("span");
    words.append(...completed(item.text, typed));
    option.append(words);
    if (item.kind === "query") option.append(...this.kindOf());
    return option;
  }

  /** Says of a past query that it is one; a title needs no word. The comma is for those who hear the list. */
  kindOf() {
    const pause = document.createElement("span");
    pause.className = "visually-hidden";
    pause.textContent = ", ";
    const kind = document.createElement("span");
    kind.className = "suggestions__kind";
    kind.textContent = this.form.dataset.suggestQuery;
    return [pause, kind];
  }

  say(count) {
    const words = this.form.dataset;
    if (count === 0) this.status.textContent = words.suggestNone ?? "";
    else if (count === 1) this.status.textContent = words.suggestOne ?? "";
    else this.status.textContent = (words.suggestMany ?? "").replace("{n}", String(count));
  }

  expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  close() {
    this.stop();
    this.chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
    this.expand(false);
  }

  key(event) {
    if (event.isComposing) return;
    const shown = !this.list.hidden;
    if (event.key === "ArrowDown" && !shown) this.later();
    else if (event.key === "ArrowDown") this.move(event, 1);
    else if (event.key === "ArrowUp" && shown) this.move(event, -1);
    else if (event.key === "Escape" && shown) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && shown && this.chosen >= 0) {
      event.preventDefault();
      this.open(this.chosen);
    }
  }

  /** Moves the choice; one step past either end leads back to the typed words. */
  move(event, by) {
    event.preventDefault();
    const places = this.items.length + 1;
    this.choose(((this.chosen + 1 + by + places) % places) - 1);
  }

  choose(position) {
    this.chosen = position;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === position)));
    const option = this.list.children[position];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  open(position) {
    const { url } = this.items[position];
    this.close();
    location.assign(url);
  }
}

/** The suggestion's words, those that complete what was typed in bold. */
function completed(text, typed) {
  const starts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return text.split(/(\s+)/).map((word) => {
    const start = starts.find((each) => word.toLowerCase().startsWith(each));
    const part = document.createElement("span");
    part.className = start ? "suggestions__typed" : "suggestions__rest";
    part.textContent = word;
    return part;
  });
}

const SHORTCUT_OFF = "search-shortcut-off";

/** Keeps the choice where the browser allows it; a private window may not. */
function remembered(value) {
  try {
    if (value !== undefined) localStorage.setItem(SHORTCUT_OFF, value ? "1" : "");
    return localStorage.getItem(SHORTCUT_OFF) === "1";
  } catch {
    return value ?? false;
  }
}

let shortcutOff = remembered();

/** "/" goes to the search box, unless something is being typed or the reader has switched it off. */
function focusOnSlash(event) {
  if (shortcutOff || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector('.search-box input[type="search"]');
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
}

document.querySelectorAll(".search-box[data-suggest-url]").forEach((form, number) => new SuggestBox(form, number));
document.addEventListener("keydown", focusOnSlash);

/** WCAG 2.1.4: whoever speaks to their computer can switch a one-key shortcut off; the button is in the footer. */
document.querySelectorAll("button[data-shortcut]").forEach((button) => {
  const label = () => (button.textContent = shortcutOff ? button.dataset.off : button.dataset.on);
  button.addEventListener("click", () => {
    shortcutOff = !shortcutOff;
    remembered(shortcutOff);
    label();
  });
  label();
  button.hidden = false;
});
