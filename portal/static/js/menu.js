/** Closes an open menu when a reader presses Escape or turns to something else; it opens without any script. */

const openMenus = () => document.querySelectorAll("details.menu[open]");

function closeOthers(event) {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  });
});
