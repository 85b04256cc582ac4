/**
 * The live thread of a request. What is written appears at once, is kept in this browser's session until the server has
 * it, and is sent again after a lost connection or a reload; the key it travels with makes sure that it is stored once.
 * Without this script the form works as it is.
 */

import { SignsOfLife, Wire } from "./live.js";

const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Answers after which sending the same again cannot help. */
const REFUSED = [400, 401, 403, 404, 413];

const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What is written and not yet stored, in the order in which it was written. */
class Outbox {
  constructor(name) {
    this.name = name;
    this.waiting = this.read();
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name)) ?? [];
    } catch {
      return [];
    }
  }

  write() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.waiting));
    } catch {
      // A browser without storage sends all the same.
    }
  }

  add(letter) {
    this.waiting.push(letter);
    this.write();
  }

  remove(key) {
    this.waiting = this.waiting.filter((letter) => letter.key !== key);
    this.write();
  }
}

class Chat {
  constructor(form) {
    const words = form.dataset;
    this.form = form;
    this.words = words;
    this.field = form.querySelector('textarea[name="message"]');
    this.files = form.querySelector('input[type="file"]');
    this.token = form.querySelector('input[name="csrf_token"]').value;
    this.thread = document.querySelector("[data-live-thread]");
    this.line = document.querySelector("[data-live-line]");
    this.heard = document.querySelector("[data-live-heard]");
    this.own = document.querySelector("template[data-live-own]");
    this.outbox = new Outbox(`portal.outbox ${location.pathname}`);
    this.draft = `portal.draft ${location.pathname}`;
    this.state = "";
    this.people = [];
    this.connected = true;
    this.tries = 0;
    this.title = document.title;
    this.unread = 0;
    const ears = {
      message: (message) => this.show(message),
      people: (people) => this.meet(people),
      state: (state) => this.turn(state),
      connected: (connected) => this.connect(connected),
      gone: () => this.end(),
    };
    this.wire = new Wire({ events: words.liveEvents, messages: words.liveMessages }, ears, this.lastNumber());
    this.signs = new SignsOfLife(words.livePresence, this.token, Number(words.liveBeat));
    this.begin();
  }

  begin() {
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.field.addEventListener("input", () => this.type());
    this.field.addEventListener("keydown", (event) => this.key(event));
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.wire.stop());
    addEventListener("pageshow", (event) => event.persisted && this.start());
    document.addEventListener("visibilitychange", () => this.read());
    this.restore();
    this.start();
  }

  start() {
    this.wire.start();
    this.signs.start();
    this.send();
  }

  /** Show again what was written before a reload, and forget what the server has meanwhile. */
  restore() {
    for (const letter of [...this.outbox.waiting]) {
      if (this.find(letter.key)) this.outbox.remove(letter.key);
      else this.place(letter);
    }
    const draft = sessionStorage.getItem(this.draft);
    if (draft && !this.field.value) this.field.value = draft;
  }

  lastNumber() {
    const numbers = [...this.thread.querySelectorAll("[data-message]")].map((item) => Number(item.dataset.message));
    return Math.max(0, ...numbers);
  }

  find(key) {
    return key ? this.thread.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  }

  // Writing

  type() {
    sessionStorage.setItem(this.draft, this.field.value);
    if (this.field.value.trim()) this.signs.type();
  }

  /** Enter writes a new line, as in a letter; with Ctrl or Cmd, and in a chat on its own, it sends. */
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    const chatting = this.form.hasAttribute("data-live-chatting") && matchMedia("(pointer: fine)").matches;
    if (!event.ctrlKey && !event.metaKey && !chatting) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  submit(event) {
    const text = this.field.value.trim();
    // Files cannot be kept for later, and what is wrong with a text is said by the page.
    if (event.defaultPrevented || !text || text.length > Number(this.words.liveMost) || this.files?.files.length) return;
    event.preventDefault();
    const letter = { key: newKey(), text };
    this.outbox.add(letter);
    this.place(letter);
    this.field.value = "";
    sessionStorage.removeItem(this.draft);
    this.field.focus();
    this.tries = 0;
    this.send();
  }

  place(letter) {
    const item = this.own.content.firstElementChild.cloneNode(true);
    item.dataset.key = letter.key;
    item.querySelector(".message__body").textContent = letter.text;
    this.thread.append(item);
    this.say(item, this.words.liveSending);
    item.scrollIntoView({ block: "nearest" });
  }

  say(item, text, { failed = false, again = false } = {}) {
    const line = item?.querySelector(".message__state");
    if (!line) return;
    line.toggleAttribute("data-failed", failed);
    line.querySelector("span").textContent = text;
    const button = line.querySelector("button");
    button.hidden = !again;
    button.onclick = () => {
      this.tries = 0;
      this.say(item, this.words.liveSending);
      this.refused?.delete(item.dataset.key);
      this.send();
    };
  }

  // Sending

  async send() {
    if (this.sending) return;
    clearTimeout(this.timer);
    this.sending = true;
    try {
      for (let letter = this.next(); letter; letter = this.next()) {
        if (!(await this.post(letter))) break;
      }
    } finally {
      this.sending = false;
    }
  }

  next() {
    return this.outbox.waiting.find((letter) => !this.refused?.has(letter.key));
  }

  /** Returns whether to go on with the next. */
  async post(letter) {
    const form = new FormData();
    form.append("csrf_token", this.token);
    form.append("form_key", letter.key);
    form.append("message", letter.text);
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: form,
        headers: { Accept: "application/json" },
      });
      if (REFUSED.includes(answer.status)) return await this.refuse(letter, answer);
      if (!answer.ok) throw new Error(String(answer.status));
      const stored = await answer.json();
      this.outbox.remove(letter.key);
      this.tries = 0;
      this.show(stored.message);
      return true;
    } catch {
      this.retry(letter);
      return false;
    }
  }

  retry(letter) {
    this.say(this.find(letter.key), this.words.liveWaiting, { failed: true, again: true });
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.send(), wait);
  }

  async refuse(letter, answer) {
    const said = await answer.json().catch(() => ({}));
    this.refused = (this.refused ?? new Set()).add(letter.key);
    const why = said.error?.message ?? this.words.liveRefused;
    this.say(this.find(letter.key), why, { failed: true, again: true });
    return true;
  }

  // Hearing

  show(message) {
    const there = this.thread.querySelector(`[data-message="${message.id}"]`);
    if (there) return;
    const item = document.createRange().createContextualFragment(message.html).querySelector("li");
    const mine = this.find(message.key);
    const near = innerHeight + scrollY > document.body.scrollHeight - 400;
    if (mine) mine.replaceWith(item);
    else this.insert(item);
    if (message.author === "customer") {
      this.outbox.remove(message.key);
      return;
    }
    this.heard.textContent = `${message.author === "agent" ? `${message.name}: ` : ""}${item.innerText}`;
    if (near) item.scrollIntoView({ block: "nearest" });
    this.count(1);
  }

  /** Keep the order of the server; what is still on its way stands last. */
  insert(item) {
    const later = [...this.thread.children].find((other) => !other.dataset.message);
    if (later) later.before(item);
    else this.thread.append(item);
  }

  meet(people) {
    this.people = people;
    this.tell();
  }

  connect(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.tell();
    if (connected) this.send();
  }

  tell() {
    const first = (person) => person.name.split(" ")[0];
    const typing = this.people.filter((person) => person.typing).map(first);
    const here = this.people.map(first);
    const [words, names] = typing.length ? [this.words.liveTyping, typing] : [this.words.liveHere, here];
    const text = this.connected ? (names.length ? words.replace("{name}", names.join(", ")) : "") : this.words.liveLost;
    this.line.querySelector("span").textContent = text;
    this.line.querySelector(".live__dots").hidden = !(this.connected && typing.length);
  }

  /** The parts of the page that tell where the request stands come from the server as they are. */
  async turn(state) {
    const said = JSON.stringify(state);
    const before = this.state || said;
    this.state = said;
    this.form.toggleAttribute("data-live-chatting", state.chatting);
    if (before === said && state.state === this.words.liveState) return;
    this.words.liveState = state.state;
    try {
      const page = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!page.ok) return;
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      document.querySelectorAll("[data-live-part]").forEach((part) => {
        const now = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
        if (now) part.replaceChildren(...now.childNodes);
      });
    } catch {
      // It stands there at the next visit.
    }
  }

  end() {
    this.signs.stop();
    this.line.querySelector("span").textContent = this.words.liveGone;
  }

  count(more) {
    this.unread = document.hidden ? this.unread + more : 0;
    document.title = this.unread ? `(${this.unread}) ${this.title}` : this.title;
  }

  read() {
    if (!document.hidden) this.count(0);
  }
}

document.querySelectorAll("form[data-live-events]").forEach((form) => new Chat(form));
