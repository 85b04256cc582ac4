// Says that a file is too large before it travels, not after; the server checks again.

const megabytes = (bytes) => `${(bytes / 1_000_000).toFixed(1).replace(/\.0$/, "")} MB`;

function problemOf(box, files) {
  const { maxBytes, maxCount, tooLarge, tooMany } = box.dataset;
  if (files.length > Number(maxCount)) return tooMany.replace("{count}", maxCount);
  const large = files.find((file) => file.size > Number(maxBytes));
  return large ? tooLarge.replace("{name}", large.name).replace("{size}", megabytes(Number(maxBytes))) : "";
}

for (const box of document.querySelectorAll("[data-files]")) {
  const input = box.querySelector("input[type=file]");
  const said = box.querySelector("[data-files-error]");
  const check = () => {
    const problem = problemOf(box, [...input.files]);
    said.hidden = problem === "";
    said.querySelector("span").textContent = problem;
    input.setCustomValidity(problem);
    input.toggleAttribute("aria-invalid", problem !== "");
    return problem === "";
  };
  input.addEventListener("change", check);
  // The form has its own words for everything else, so the browser's are off; this one must still hold it back.
  input.form.addEventListener("submit", (event) => {
    if (check()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.focus();
  });
}
