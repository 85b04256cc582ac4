/** What every page of the workspace does: it tells that its agent is here, and lists the keyboard shortcuts under "?". */

const bar = document.querySelector("[data-beat-url]");

export function csrfToken() {
  return document.querySelector('input[name="csrf_token"]').value;
}

/** Whether a key belongs to what somebody is typing, or to the browser. */
export function isTyping(event) {
  const at = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName);
}

async function beat() {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  try {
    const response = await fetch(bar.dataset.beatUrl, { method: "POST", headers });
    if (response.ok) showWaiting(await response.json());
  } catch {
    // the next one comes
  }
}

/** Says on every page how many wait, in red when one of them is urgent. */
function showWaiting({ needs_reply: waiting, urgent }) {
  const badge = document.querySelector("[data-waiting]");
  badge.textContent = String(waiting);
  badge.hidden = waiting === 0;
  badge.classList.toggle("badge--bad", urgent > 0);
}

function showOpener() {
  const opener = document.querySelector("[data-shortcuts-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => document.querySelector("[data-shortcuts]").showModal());
}

function listShortcuts() {
  if (!window.HTMLDialogElement) return;
  showOpener();
  document.addEventListener("desk-swapped", showOpener);
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      document.querySelector("[data-shortcuts]").showModal();
    } else if (event.key === "g") {
      location.href = document.querySelector("[data-queue-link]").href;
    }
  });
}

if (bar) {
  beat();
  setInterval(beat, Number(bar.dataset.beatSeconds) * 1000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && beat());
  listShortcuts();
}
