/**
 * Hears what is new on the server: by server-sent events, or by asking again and again where these cannot be had. The
 * shapes of both are described in portal/web/live_stream.py.
 */

/** A stream that brought nothing for so long after it was opened is held up somewhere on its way. */
const FIRST_WORD_MS = 10_000;
/** A page that has to ask looks for a stream again after this. */
const STREAM_AGAIN_MS = 60_000;
const ASK_MS = 3_000;
const ASK_AGAIN_AFTER_TROUBLE_MS = 6_000;
/** So many failures of a stream in a row, and the page asks instead. */
const PATIENCE = 3;
const GONE = [401, 403, 404];

export class Wire {
  /**
   * @param {{events: string, messages: string}} urls `messages` may be empty where there is nothing to ask for.
   * @param {object} ears `message`, `people`, `state`, `desk` are called with data; `gone` without, when the page may
   *   not be read any more; `connected` with whether news come.
   * @param {number} after Number of the last message that the page has.
   */
  constructor(urls, ears, after = 0) {
    this.urls = urls;
    this.ears = ears;
    this.after = after;
    this.failures = 0;
    this.timers = new Set();
    this.ended = false;
  }

  start() {
    this.ended = false;
    if ("EventSource" in window) this.listen();
    else this.ask();
  }

  stop() {
    this.ended = true;
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.source?.close();
    this.source = null;
  }

  later(what, ms) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.ended) what();
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  listen() {
    const source = new EventSource(`${this.urls.events}?after=${this.after}`);
    const silent = this.later(() => this.instead(), FIRST_WORD_MS);
    this.source = source;
    for (const name of ["message", "people", "state", "desk"]) {
      source.addEventListener(name, (event) => {
        clearTimeout(silent);
        this.failures = 0;
        this.hear(name, JSON.parse(event.data));
        this.ears.connected?.(true);
      });
    }
    source.addEventListener("gone", () => this.instead());
    source.addEventListener("error", () => {
      this.failures += 1;
      if (source.readyState === EventSource.CLOSED || this.failures >= PATIENCE) this.instead();
      else if (this.failures > 1) this.ears.connected?.(false);
    });
  }

  hear(name, data) {
    if (name === "message") this.after = Math.max(this.after, data.id);
    this.ears[name]?.(data);
  }

  /** Ask instead of listening, and look for a stream again after a while. */
  instead() {
    this.source?.close();
    this.source = null;
    this.failures = 0;
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    if (this.ended) return;
    this.later(() => this.again(), STREAM_AGAIN_MS);
    this.ask();
  }

  again() {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.listen();
  }

  async ask() {
    if (!this.urls.messages || this.ended) return;
    try {
      const answer = await fetch(`${this.urls.messages}?after=${this.after}`, { headers: { Accept: "application/json" } });
      if (GONE.includes(answer.status)) return this.lost();
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      if (this.ended) return undefined;
      news.messages.forEach((message) => this.hear("message", message));
      this.hear("people", news.people);
      this.hear("state", news.state);
      this.ears.connected?.(true);
      if (!this.source) this.later(() => this.ask(), (news.wait_seconds ?? 0) * 1000 || ASK_MS);
    } catch {
      this.ears.connected?.(false);
      if (!this.source) this.later(() => this.ask(), ASK_AGAIN_AFTER_TROUBLE_MS);
    }
    return undefined;
  }

  lost() {
    this.stop();
    this.ears.gone?.();
  }
}

/** Says every few seconds that the page is open, at once that somebody types, and on leaving that they left. */
export class SignsOfLife {
  constructor(url, token, everySeconds) {
    this.url = url;
    this.token = token;
    this.every = everySeconds * 1000;
    this.typedAt = 0;
    addEventListener("pagehide", () => this.leave());
  }

  start() {
    this.say();
    this.timer = setInterval(() => this.say(), this.every);
  }

  stop() {
    clearInterval(this.timer);
  }

  /** To be called at every key; says so at most every three seconds. */
  type() {
    if (Date.now() - this.typedAt < 3_000) return;
    this.typedAt = Date.now();
    this.say({ typing: "1" });
  }

  leave() {
    this.stop();
    const form = this.form({ left: "1" });
    if (navigator.sendBeacon) navigator.sendBeacon(this.url, form);
    else fetch(this.url, { method: "POST", body: form, keepalive: true }).catch(() => {});
  }

  say(fields = {}) {
    fetch(this.url, { method: "POST", body: this.form(fields), headers: { Accept: "application/json" } }).catch(() => {});
  }

  form(fields) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, csrf_token: this.token })) form.append(name, value);
    return form;
  }
}
