/**
 * Offers articles while a customer writes to a human. It never blocks: without this script, without a network or
 * without a search the form works as it is.
 */

const DELAY_MS = 600;
const SHORTEST = 12;
const LONGEST = 400;

class Offers {
  constructor(form) {
    this.form = form;
    this.message = form.querySelector('textarea[name="message"]');
    this.panel = form.querySelector("[data-offers]");
    this.list = this.panel.querySelector("ul");
    this.timer = 0;
    this.request = null;
    this.message.addEventListener("input", () => this.later());
    this.form.addEventListener("submit", () => this.stop());
    this.later();
  }

  later() {
    this.stop();
    const text = this.message.value.trim();
    if (text.length >= SHORTEST) this.timer = setTimeout(() => this.ask(text.slice(-LONGEST)), DELAY_MS);
    else this.show([]);
  }

  stop() {
    clearTimeout(this.timer);
    if (this.request) this.request.abort();
    this.request = null;
  }

  async ask(text) {
    const request = new AbortController();
    this.request = request;
    try {
      const url = `${this.form.dataset.suggestUrl}?${new URLSearchParams({ text })}`;
      const response = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      if (response.ok) this.show((await response.json()).articles);
    } catch {
      // What was offered before stays; the form does not need more.
    }
  }

  show(articles) {
    this.list.replaceChildren(...articles.map((article) => this.row(article)));
    this.panel.hidden = articles.length === 0;
  }

  row(article) {
    const item = document.createElement("li");
    const row = document.createElement("div");
    const link = document.createElement("a");
    row.className = "article-row";
    link.className = "article-row__title";
    link.href = article.url;
    link.target = "_blank"; // leaving the page would lose the message
    link.rel = "noopener";
    link.textContent = article.title;
    row.append(link);
    item.append(row);
    return item;
  }
}

document.querySelectorAll("form[data-suggest-url] [data-offers]").forEach((panel) => new Offers(panel.closest("form")));

/** The button says what it will do. Without this script it says what is always true. */
function nameButton(form) {
  const button = form.querySelector("button[data-label-message]");
  const say = () => {
    const chosen = form.querySelector('input[name="channel"]:checked');
    const label = chosen && button.getAttribute(`data-label-${chosen.value}`);
    if (label) button.querySelector("span").textContent = label;
  };
  form.addEventListener("change", say);
  say();
}

document.querySelectorAll("form:has(button[data-label-message])").forEach(nameButton);
