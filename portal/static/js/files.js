// Says that a file is too large before it travels, not after; the server checks again.
// Listens at the page, because forms come and go with the answers of the desk.

const megabytes = (bytes) => `${(bytes / 1_000_000).toFixed(1).replace(/\.0$/, "")} MB`;

function problemOf(box, files) {
  const { maxBytes, maxCount, tooLarge, tooMany } = box.dataset;
  if (files.length > Number(maxCount)) return tooMany.replace("{count}", maxCount);
  const large = files.find((file) => file.size > Number(maxBytes));
  return large ? tooLarge.replace("{name}", large.name).replace("{size}", megabytes(Number(maxBytes))) : "";
}

function check(box) {
  const input = box.querySelector("input[type=file]");
  const said = box.querySelector("[data-files-error]");
  const problem = problemOf(box, [...input.files]);
  said.hidden = problem === "";
  said.querySelector("span").textContent = problem;
  if (problem) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  return problem === "";
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-files]");
  if (box) check(box);
});

// Before the form's own listeners, so that nothing is sent, by whichever way.
document.addEventListener(
  "submit",
  (event) => {
    const bad = [...event.target.querySelectorAll("[data-files]")].find((box) => !check(box));
    if (!bad) return;
    event.preventDefault();
    event.stopPropagation();
    bad.querySelector("input[type=file]").focus();
  },
  true,
);
