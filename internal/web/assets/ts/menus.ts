// Menus are details elements; close them on Escape and on a click elsewhere.
// The same key closes the drawer.

function close(menu: HTMLDetailsElement): void {
  menu.open = false;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("[data-menu][open]")) {
    if (!menu.contains(event.target as Node)) close(menu);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("[data-menu][open]")) {
    close(menu);
    if (menu.contains(document.activeElement)) menu.querySelector<HTMLElement>("summary")?.focus();
  }
  if (location.hash === "#nav") {
    location.hash = "#content";
  }
});

document.querySelector(".bar-search button")?.addEventListener("click", (event) => {
  const input = document.querySelector<HTMLInputElement>("[data-search]");
  if (input && input.value === "" && getComputedStyle(input).opacity === "0") {
    event.preventDefault();
    input.focus();
  }
});
