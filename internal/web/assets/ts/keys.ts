// One-letter commands. They do nothing while someone types, and the reader can
// turn them off in the list of keys at the foot of the page.

const offKey = "kyoten-keys-off";

function off(): boolean {
  try {
    return localStorage.getItem(offKey) === "1";
  } catch {
    return false;
  }
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
}

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>("[data-row]"));
}

function step(by: number): void {
  const all = rows();
  if (all.length === 0) return;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
  const link = next.querySelector<HTMLElement>("a.row-title, a");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function help(): void {
  const keys = document.querySelector<HTMLDetailsElement>("[data-keys]");
  if (!keys) return;
  keys.open = !keys.open;
  if (keys.open) {
    keys.scrollIntoView({ block: "end" });
    keys.querySelector<HTMLElement>("summary")?.focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || off()) return;
  // A control that names a key has it: in the review queue j and k lead to the
  // next and the previous candidate, in a list to the next and previous row.
  const control = event.key.length === 1
    ? document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`)
    : null;
  if (control) {
    control.click();
    event.preventDefault();
    return;
  }
  switch (event.key) {
    case "/": {
      const search = document.querySelector<HTMLInputElement>("[data-search]");
      if (!search) return;
      search.focus();
      search.select();
      break;
    }
    case "j":
      step(+1);
      break;
    case "k":
      step(-1);
      break;
    case "?":
      help();
      break;
    default:
      return;
  }
  event.preventDefault();
});

const box = document.querySelector<HTMLInputElement>("[data-keys-off]");
if (box) {
  box.checked = off();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(offKey, box.checked ? "1" : "0");
    } catch {
      // Without storage the choice holds for nothing; the keys stay on.
    }
  });
}
