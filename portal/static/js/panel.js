/** Copies an article's link, Markdown or HTML out of the panel. The buttons are hidden until this script runs. */

const TOLD_MS = 2000;

async function write(button) {
  const text = button.dataset.copyText;
  if (!("copyHtml" in button.dataset) || !window.ClipboardItem) return navigator.clipboard.writeText(text);
  // Editors take it with its links, plain fields as its source.
  const parts = { "text/html": new Blob([text], { type: "text/html" }), "text/plain": new Blob([text], { type: "text/plain" }) };
  return navigator.clipboard.write([new ClipboardItem(parts)]);
}

async function copy(button) {
  try {
    await write(button);
  } catch {
    return;
  }
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  document.querySelector("[data-copy-status]").textContent = button.dataset.copied;
  button.disabled = true;
  setTimeout(() => {
    button.textContent = words;
    button.disabled = false;
  }, TOLD_MS);
}

if (navigator.clipboard) {
  document.querySelectorAll("[data-buttons]").forEach((part) => (part.hidden = false));
  document.querySelectorAll("[data-copy-text]").forEach((button) => button.addEventListener("click", () => copy(button)));
}
