// Selecting rows, and folding the facets on a narrow screen.

function boxes(name: string): HTMLInputElement[] {
  return Array.from(document.querySelectorAll<HTMLInputElement>(`input[data-select][name="${CSS.escape(name)}"]`));
}

function count(): void {
  for (const bulk of document.querySelectorAll<HTMLFormElement>("[data-bulk]")) {
    const chosen = document.querySelectorAll(`input[data-select][form="${CSS.escape(bulk.id)}"]:checked`).length;
    const word = bulk.querySelector("[data-bulk-count]");
    if (word) word.textContent = chosen > 0 ? `(${chosen})` : "";
  }
}

document.addEventListener("change", (event) => {
  const target = event.target;
  if (!(target instanceof HTMLInputElement)) return;
  const all = target.dataset.selectAll;
  if (all) {
    for (const box of boxes(all)) box.checked = target.checked;
  }
  if (all || "select" in target.dataset) count();
});

const narrow = matchMedia("(max-width: 1199px)");
for (const facets of document.querySelectorAll<HTMLDetailsElement>("[data-facets]")) {
  const fit = () => {
    facets.open = !narrow.matches;
  };
  fit();
  narrow.addEventListener("change", fit);
}
