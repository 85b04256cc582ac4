/** Tells for how long an article was in sight, so that an agent who is asked later knows what was read and how well. */

const article = document.querySelector("[data-read-url]");
const LONGEST_SECONDS = 1800;
const SHORTEST_SECONDS = 2;
/** Without a sign of life for this long nobody is reading. */
const IDLE_MS = 120_000;

let seconds = 0;
let alive = Date.now();

function tick() {
  if (document.visibilityState === "visible" && Date.now() - alive < IDLE_MS) seconds += 1;
}

function tell() {
  if (seconds < SHORTEST_SECONDS) return;
  const form = new FormData();
  form.set("csrf_token", article.dataset.readToken);
  form.set("seconds", String(Math.min(seconds, LONGEST_SECONDS)));
  seconds = 0;
  navigator.sendBeacon(article.dataset.readUrl, form);
}

if (article && navigator.sendBeacon) {
  setInterval(tick, 1000);
  for (const sign of ["scroll", "pointermove", "keydown", "touchstart"]) {
    document.addEventListener(sign, () => (alive = Date.now()), { passive: true });
  }
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
  window.addEventListener("pagehide", tell);
}
