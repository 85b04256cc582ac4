/** Copies the address a button names. The button is hidden until this script runs, and stays so where nothing can copy. */

const TOLD_MS = 2500;

async function copy(button) {
  const words = button.querySelector("span");
  const status = button.parentElement.querySelector("[data-copy-status]");
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  words.textContent = button.dataset.copied;
  status.textContent = button.dataset.copied;
  setTimeout(() => {
    words.textContent = before;
    status.textContent = "";
  }, TOLD_MS);
}

if (navigator.clipboard) {
  document.querySelectorAll("button[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.querySelector("span").textContent !== button.dataset.copied) copy(button);
    });
  });
}
