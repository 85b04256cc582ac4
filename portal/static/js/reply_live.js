/** Keeps an open request as it is now: new messages, who else is here, and who is typing. */

const BEAT_MS = 15_000;
const TYPING_MS = 3_000;
const ASK_AGAIN_MS = 4_000;
const TRY_STREAM_AGAIN_MS = 60_000;

export class Live {
  constructor(room, csrf) {
    this.room = room;
    this.csrf = csrf;
    this.last = Number(room.dataset.last);
    this.typedAt = 0;
    this.stopped = false;
    this.beat();
    this.beats = setInterval(() => this.beat(), BEAT_MS);
    this.leave = () => this.send({ left: "1" }, true);
    window.addEventListener("pagehide", this.leave);
    this.listen();
  }

  stop() {
    this.stopped = true;
    clearInterval(this.beats);
    clearTimeout(this.timer);
    this.events?.close();
    window.removeEventListener("pagehide", this.leave);
  }

  typing() {
    if (Date.now() - this.typedAt < TYPING_MS) return;
    this.typedAt = Date.now();
    this.send({ typing: "1" });
  }

  beat() {
    this.send({});
  }

  send(values, leaving = false) {
    const form = new FormData();
    form.set("csrf_token", this.csrf());
    Object.entries(values).forEach(([name, value]) => form.set(name, value));
    const headers = { Accept: "application/json" };
    fetch(this.room.dataset.presenceUrl, { method: "POST", body: form, headers, keepalive: leaving }).catch(() => {});
  }

  listen() {
    if (!window.EventSource) return this.ask();
    this.events = new EventSource(`${this.room.dataset.eventsUrl}?after=${this.last}`);
    this.events.addEventListener("message", (event) => event.data && this.onMessage(JSON.parse(event.data)));
    this.events.addEventListener("people", (event) => this.onPeople(JSON.parse(event.data)));
    this.events.addEventListener("gone", () => this.gone());
    this.events.addEventListener("error", () => {
      if (this.events.readyState !== EventSource.CLOSED || this.stopped) return;
      this.lost = Date.now();
      this.ask();
    });
  }

  async ask() {
    if (this.stopped) return;
    try {
      const response = await fetch(`${this.room.dataset.messagesUrl}?after=${this.last}`, {
        headers: { Accept: "application/json" },
      });
      if ([401, 403].includes(response.status)) return this.gone();
      if (response.ok) {
        const news = await response.json();
        news.messages.forEach((message) => this.onMessage(message));
        this.onPeople(news.people);
      }
    } catch {
      // the next try comes
    }
    if (this.stopped) return;
    if (window.EventSource && Date.now() - this.lost > TRY_STREAM_AGAIN_MS) return this.listen();
    this.timer = setTimeout(() => this.ask(), ASK_AGAIN_MS);
  }

  onMessage(message) {
    this.last = Math.max(this.last, message.id);
    const thread = this.room.querySelector("[data-thread]");
    if (thread.querySelector(`[data-message="${message.id}"]`)) return;
    const holder = document.createElement("template");
    holder.innerHTML = message.html; // made safe by the server
    thread.append(holder.content);
    this.room.querySelector("[data-live-status]").textContent = this.room.dataset.newMessage;
    if (message.author === "customer") this.room.dispatchEvent(new CustomEvent("customer-wrote"));
  }

  onPeople(people) {
    const words = { ...this.room.dataset };
    const lines = people.map((person) => {
      if (person.who === "customer") return person.typing ? words.customerTyping : words.customerHere;
      return (person.typing ? words.typing : words.looking).replace("{name}", person.name);
    });
    const place = this.room.querySelector("[data-people]");
    const agents = people.some((person) => person.who !== "customer");
    place.classList.toggle("collision--agents", agents);
    place.textContent = lines.join(" ");
  }

  gone() {
    this.stop();
    const trouble = this.room.querySelector("[data-trouble]");
    trouble.textContent = this.room.dataset.notAllowed;
    trouble.hidden = false;
  }
}
