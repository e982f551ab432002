// Lead to what is wrong, and ask before leaving what has been typed.

document.querySelector<HTMLElement>("[data-errors]")?.focus();

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-form]")) {
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
  });
  form.addEventListener("submit", () => {
    touched = false;
  });
  addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
}
