/** Keeps what an agent is writing in their browser, so that a reload or a lost connection loses nothing. */

const PREFIX = "reply-draft";
/** Drafts older than this are thrown away. */
const KEEP_MS = 14 * 24 * 3600 * 1000;

export class Draft {
  constructor(reference, agent, textarea, status) {
    this.key = `${PREFIX}:${agent}:${reference}`; // whoever signs in next at this screen has drafts of their own
    this.textarea = textarea;
    this.status = status;
    textarea.addEventListener("input", () => this.keep());
  }

  /** Puts the kept text back into an empty field; false when there is none. */
  restore() {
    const kept = read(this.key);
    if (!kept || this.textarea.value) return false;
    this.textarea.value = kept.text;
    return true;
  }

  keep() {
    const text = this.textarea.value;
    if (!text.trim()) return this.forget();
    try {
      localStorage.setItem(this.key, JSON.stringify({ text, at: Date.now() }));
      this.status.textContent = this.status.dataset.kept;
    } catch {
      this.status.textContent = ""; // a full or forbidden store is no reason to disturb
    }
  }

  forget() {
    this.status.textContent = "";
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept there
    }
  }
}

export function throwOldDraftsAway() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}:`));
    keys.filter((key) => Date.now() - (read(key)?.at ?? 0) > KEEP_MS).forEach((key) => localStorage.removeItem(key));
  } catch {
    // no store, no drafts
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}
