/** One request in the workspace: writing the answer, inserting articles and canned replies, and keeping up with others. */

import { csrfToken, isTyping } from "./desk.js";
import { Draft, throwOldDraftsAway } from "./reply_draft.js";
import { Live } from "./reply_live.js";
import { Picker } from "./reply_picker.js";

const OFFER_AGAIN_MS = 600;

class Request {
  constructor(room) {
    this.room = room;
    this.form = room.querySelector("[data-reply]");
    this.text = this.form.querySelector("textarea");
    this.article = "";
    this.caret = null;
    this.draft = new Draft(room.dataset.request, room.dataset.agent, this.text, this.form.querySelector("[data-draft-status]"));
    if (this.isSent()) this.draft.forget();
    else this.draft.restore();
    this.picker = new Picker(room.querySelector("[data-picker]"), (choice, way) => this.insert(choice, way));
    this.live = new Live(room, csrfToken);
    this.listen();
    this.showButtons();
  }

  listen() {
    this.text.addEventListener("input", (event) => this.onInput(event));
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.room.addEventListener("click", (event) => this.onClick(event));
    this.room.addEventListener("customer-wrote", () => this.offerLater());
    const find = this.room.querySelector("#find-article");
    find.addEventListener("input", () => this.offerLater());
    find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.picker.dialog.addEventListener("close", () => this.backToText());
  }

  showButtons() {
    const hidden = "[data-buttons], [data-open-articles], [data-open-canned], [data-find]";
    this.room.querySelectorAll(hidden).forEach((part) => (part.hidden = false));
  }

  /** Whether the last thing sent from here has arrived: its key stands in the thread. */
  isSent() {
    const sent = sessionStorage.getItem(this.sentKey());
    return Boolean(sent) && Boolean(this.room.querySelector(`[data-key="${CSS.escape(sent)}"]`));
  }

  sentKey() {
    return `reply-sent:${this.room.dataset.request}`;
  }

  onInput(event) {
    this.live.typing();
    const before = this.text.value.slice(0, this.text.selectionStart);
    if (event.inputType !== "insertText") return;
    if (before.endsWith("??")) this.openFromText("articles");
    else if (/(^|\s)\/\/$/.test(before)) this.openFromText("canned");
  }

  /** Takes the two characters that asked for the picker away again, and opens it. */
  openFromText(kind) {
    const end = this.text.selectionStart;
    this.text.setRangeText("", end - 2, end, "end");
    this.open(kind);
  }

  open(kind) {
    this.caret = [this.text.selectionStart, this.text.selectionEnd]; // a dialog that closes forgets it
    this.picker.open(kind, kind === "articles" ? (words) => this.findArticles(words) : (words) => this.findCanned(words));
  }

  /** Goes back to where the picker was opened from; without it, nothing moves. */
  backToText() {
    if (!this.caret) return;
    this.text.focus();
    this.text.setSelectionRange(...this.caret);
    this.caret = null;
  }

  async findArticles(words) {
    const url = `${this.room.querySelector("[data-articles]").dataset.url}?${new URLSearchParams({ q: words })}`;
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).articles : [];
  }

  async findCanned(words) {
    const replies = [...this.room.querySelector("[data-canned-list]").content.children];
    const wanted = words.toLowerCase();
    const fits = (reply) => `${reply.dataset.title} ${reply.textContent}`.toLowerCase().includes(wanted);
    return replies.filter(fits).map((reply) => ({ title: reply.dataset.title, canned: reply.dataset.url, summary: reply.textContent.slice(0, 120) }));
  }

  async insert(choice, way) {
    this.backToText();
    if (choice.canned) {
      const url = `${choice.canned}?${new URLSearchParams({ article: this.article })}`;
      const response = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!response?.ok) return this.tell(this.room.dataset.notSent);
      this.put((await response.json()).text);
    } else {
      this.article = choice.id;
      const block = way !== "link";
      this.put(choice[way] || choice.link, block && Boolean(choice[way]));
      this.fillArticle(choice);
    }
  }

  /** A canned reply that waits for its article gets the one inserted now. */
  fillArticle(choice) {
    const url = /\]\(([^)]+)\)/.exec(choice.link)?.[1] ?? "";
    const filled = this.text.value
      .replaceAll(/\{\{\s*article\.url\s*\}\}/g, url)
      .replaceAll(/\{\{\s*article\.title\s*\}\}/g, choice.title);
    if (filled !== this.text.value) {
      this.text.value = filled;
      this.draft.keep();
    }
  }

  put(words, block = false) {
    const start = this.text.selectionStart;
    const before = this.text.value.slice(0, start);
    const gap = block && before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
    this.text.setRangeText(`${gap}${words}${block ? "\n\n" : ""}`, start, this.text.selectionEnd, "end");
    this.text.focus();
    this.draft.keep();
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.insert) {
      const pick = button.closest("[data-pick]").dataset;
      this.insert({ id: pick.id, title: pick.title, link: pick.link, quote: pick.quote, steps: pick.steps }, button.dataset.insert);
    } else if ("openArticles" in button.dataset) this.open("articles");
    else if ("openCanned" in button.dataset) this.open("canned");
    else if ("previewButton" in button.dataset) {
      event.preventDefault();
      this.preview();
    }
  }

  async preview() {
    const form = new FormData();
    form.set("csrf_token", csrfToken());
    form.set("message", this.text.value);
    const headers = { Accept: "application/json" };
    const response = await fetch(this.form.dataset.previewUrl, { method: "POST", body: form, headers }).catch(() => null);
    if (!response?.ok) return this.tell(this.room.dataset.notSent);
    const part = this.form.querySelector("[data-preview]");
    part.querySelector("[data-preview-body]").innerHTML = (await response.json()).html; // made safe by the server
    part.hidden = false;
  }

  /** Sends the answer without leaving the page; whatever comes back takes the place of this page. */
  async onSubmit(event) {
    if (event.submitter && "previewButton" in event.submitter.dataset) return;
    event.preventDefault();
    const button = this.form.querySelector("button[type=submit]:not([name])");
    if (button.disabled) return;
    button.disabled = true;
    const form = new FormData(this.form);
    try {
      sessionStorage.setItem(this.sentKey(), form.get("form_key"));
      const response = await fetch(this.form.action, { method: "POST", body: form, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok || !page.querySelector("[data-request]")) throw new Error(String(response.status));
      this.swap(page);
    } catch (error) {
      this.tell(["401", "403"].includes(error.message) ? this.room.dataset.notAllowed : this.room.dataset.notSent);
      button.disabled = false;
    }
  }

  swap(page) {
    this.live.stop();
    const main = document.querySelector("main");
    main.replaceWith(page.querySelector("main"));
    document.dispatchEvent(new CustomEvent("desk-swapped"));
    const room = document.querySelector("[data-request]");
    new Request(room);
    (room.querySelector("[aria-invalid=true], .notice--bad") ?? room.querySelector("[data-reply] textarea")).focus?.();
  }

  tell(words) {
    const trouble = this.form.querySelector("[data-trouble]");
    trouble.textContent = words;
    trouble.hidden = false;
  }

  offerLater() {
    clearTimeout(this.offering);
    this.offering = setTimeout(() => this.offer(), OFFER_AGAIN_MS);
  }

  /** Fills the side panel anew: with what was searched there, or with what fits the conversation. */
  async offer() {
    const found = await this.findArticles(this.room.querySelector("#find-article").value.trim()).catch(() => null);
    if (!found) return;
    this.room.querySelector("[data-picks]").replaceChildren(...found.map((each) => this.pick(each)));
    this.room.querySelector("[data-no-picks]").hidden = found.length > 0;
  }

  pick(each) {
    const row = document.createElement("li");
    row.className = "pick";
    row.dataset.pick = "";
    for (const name of ["id", "title", "link", "quote", "steps"]) row.dataset[name] = each[name];
    const title = document.createElement("a");
    title.className = "pick__title";
    title.href = each.path;
    title.target = "_blank";
    title.rel = "noopener";
    title.dir = "auto";
    title.textContent = each.title;
    row.append(title, " ", ...this.marks(each), this.buttons(each));
    return row;
  }

  marks(each) {
    const words = this.room.querySelector("#picker-list").dataset;
    const known = each.unhelpful ? ["unhelpful", "badge badge--caution"] : ["read", "badge"];
    const kinds = [["hidden", "badge badge--bad"], known];
    return kinds.filter(([name]) => each[name]).map(([name, kind]) => Object.assign(document.createElement("span"), { className: kind, textContent: words[name] }));
  }

  buttons(each) {
    const row = Object.assign(document.createElement("p"), { className: "pick__buttons" });
    const words = this.room.querySelector("[data-articles]").dataset;
    for (const way of ["link", "quote", "steps"]) {
      if (!each[way]) continue;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet", textContent: words[way] });
      button.dataset.insert = way;
      row.append(button);
    }
    return row;
  }
}

/** Keys that work wherever nobody is typing. */
function onKey(event) {
  const room = document.querySelector("[data-request]");
  if (!room || isTyping(event) || document.querySelector("dialog[open]")) return;
  const acts = {
    r: () => room.querySelector("[data-reply] textarea").focus(),
    n: () => openAndFocus(room.querySelector("[data-note]"), "textarea"),
    x: () => openAndFocus(room.querySelector("[data-flag]"), "select"),
    a: () => room.querySelector("[data-take]")?.click(),
    p: () => room.querySelector("[data-preview-button]").click(),
  };
  if (!(event.key in acts)) return;
  event.preventDefault();
  acts[event.key]();
}

function openAndFocus(details, field) {
  details.open = true;
  details.querySelector(field).focus();
}

throwOldDraftsAway();
const room = document.querySelector("[data-request]");
if (room) {
  new Request(room);
  document.addEventListener("keydown", onKey);
}
