// Copy a text that is to be taken along.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy ?? "") as HTMLTextAreaElement | null;
  button.addEventListener("click", () => {
    if (!field) return;
    field.select();
    void navigator.clipboard?.writeText(field.value);
  });
}
