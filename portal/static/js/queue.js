/** Keeps the queue as it is now without a reload, and lets agents walk through it by keyboard. */

import { isTyping } from "./desk.js";

const LOOK_AGAIN_MS = 30_000;
const CALM_MS = 50;
const LEAST_APART_MS = 1_500;

class Queue {
  constructor(part, status) {
    this.status = status;
    this.title = document.title;
    this.timer = 0;
    this.looked = 0;
    this.seen = Number(part.dataset.unassigned);
    this.waiting = Number(part.dataset.count);
    this.follow(part.dataset.eventsUrl);
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("visibilitychange", () => this.showTitle());
    this.showTitle();
  }

  part() {
    return document.querySelector("[data-queue]");
  }

  follow(url) {
    this.look = setInterval(() => this.later(), LOOK_AGAIN_MS);
    if (!window.EventSource) return;
    const events = new EventSource(url);
    events.addEventListener("desk", () => this.later());
  }

  /** Looks soon, and in a busy hour once for many changes: a change never puts off the look that is due. */
  later() {
    if (this.timer) return;
    const wait = Math.max(CALM_MS, this.looked + LEAST_APART_MS - Date.now());
    this.timer = setTimeout(async () => {
      await this.refresh();
      this.looked = Date.now();
      this.timer = 0;
    }, wait);
  }

  async refresh() {
    let fresh;
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-queue]");
    } catch {
      return; // the next look comes
    }
    const old = this.part();
    if (!fresh || fresh.innerHTML === old.innerHTML) return;
    const focused = document.activeElement?.closest("[data-queue]") ? document.activeElement.getAttribute("href") : null;
    old.replaceWith(fresh);
    if (focused) [...fresh.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    this.tell(fresh);
  }

  tell(part) {
    const unassigned = Number(part.dataset.unassigned);
    this.status.textContent = unassigned > this.seen ? part.dataset.new : part.dataset.changed;
    this.seen = unassigned;
    this.waiting = Number(part.dataset.count);
    this.showTitle();
  }

  showTitle() {
    document.title = this.waiting ? `(${this.waiting}) ${this.title}` : this.title;
  }

  onKey(event) {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    const rows = [...this.part().querySelectorAll("a[data-request]")];
    const place = rows.indexOf(document.activeElement);
    if (event.key === "j") rows[Math.min(place + 1, rows.length - 1)]?.focus();
    else if (event.key === "k") rows[Math.max(place - 1, 0)]?.focus();
    else if (event.key === "f") document.getElementById("find").focus();
    else return;
    event.preventDefault();
  }
}

const part = document.querySelector("[data-queue]");
if (part) new Queue(part, document.querySelector("[data-queue-status]"));
