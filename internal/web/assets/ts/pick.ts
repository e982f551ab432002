// Choosing a record by typing: the editable combobox of the WAI-ARIA patterns,
// with a list that the server feeds. Without this the server resolves the words.

const wait = 150; // ms after the last key before the server is asked

class Pick {
  private readonly input: HTMLInputElement;
  private readonly id: HTMLInputElement | null;
  private readonly was: HTMLInputElement | null;
  private readonly list = document.createElement("div");
  private readonly status = document.createElement("p");
  private active = -1;
  private chose = false;
  private timer = 0;
  private asked: AbortController | null = null;

  constructor(private readonly field: HTMLElement) {
    this.input = field.querySelector<HTMLInputElement>("input[type=text]")!;
    const hidden = field.querySelectorAll<HTMLInputElement>(":scope > input[type=hidden]");
    this.id = hidden[0] ?? null;
    this.was = hidden[1] ?? null;
    this.list.className = "pick-list";
    this.list.hidden = true;
    this.status.className = "sr";
    this.status.setAttribute("role", "status");
    this.input.after(this.list, this.status);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // Enter that chooses must not send the form, whichever of its events would.
    this.input.addEventListener("keypress", (event) => {
      if (this.chose) event.preventDefault();
    });
    this.input.addEventListener("keyup", () => {
      this.chose = false;
    });
    this.input.addEventListener("blur", () => this.close());
    // A press on the list must not take the focus from the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.choose(option);
    });
  }

  private get options(): HTMLElement[] {
    return Array.from(this.list.querySelectorAll<HTMLElement>("[role=option]"));
  }

  private ask(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fetch(), wait);
  }

  private async fetch(): Promise<void> {
    this.asked?.abort();
    const words = this.input.value.trim();
    if (words === "") return this.close();
    this.asked = new AbortController();
    const address = new URL(this.field.dataset.pick!, location.href);
    address.searchParams.set("q", words);
    const area = this.input.form?.elements.namedItem("area");
    if (area instanceof HTMLSelectElement && address.searchParams.has("area")) address.searchParams.set("area", area.value);
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) return this.close();
      this.show(await answer.text());
    } catch {
      this.close();
    }
  }

  private show(html: string): void {
    const page = new DOMParser().parseFromString(html, "text/html");
    const list = page.querySelector("[role=listbox]");
    if (!list || document.activeElement !== this.input) return this.close();
    list.id = this.input.id + "-options";
    list.setAttribute("aria-label", this.field.querySelector("label")?.firstChild?.textContent?.trim() ?? "");
    list.querySelectorAll("[role=option]").forEach((option, i) => {
      option.id = list.id + "-" + i;
    });
    const said = page.querySelector("[data-pick-status]")?.textContent?.trim() ?? "";
    this.list.replaceChildren(document.importNode(list, true));
    this.status.textContent = said;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    const some = list.children.length > 0;
    this.list.hidden = !some;
    this.input.setAttribute("aria-expanded", String(some));
    if (some) this.list.scrollIntoView({ block: "nearest" });
    if (some) this.input.setAttribute("aria-controls", list.id);
    else this.input.removeAttribute("aria-controls");
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.removeAttribute("aria-controls");
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return; // the keys belong to the kanji conversion
    const n = this.options.length;
    switch (event.key) {
      case "ArrowDown":
        event.preventDefault();
        if (this.list.hidden) void this.fetch();
        else this.mark((this.active + 1) % n);
        break;
      case "ArrowUp":
        if (this.list.hidden) return;
        event.preventDefault();
        this.mark((this.active <= 0 ? n : this.active) - 1);
        break;
      case "Enter":
        if (this.list.hidden || this.active < 0) return;
        event.preventDefault();
        this.chose = true;
        this.choose(this.options[this.active]);
        break;
      case "Escape":
        if (this.list.hidden) return;
        event.preventDefault();
        event.stopPropagation();
        this.close();
        break;
    }
  }

  private mark(i: number): void {
    this.active = i;
    this.options.forEach((option, k) => option.setAttribute("aria-selected", String(k === i)));
    const option = this.options[i];
    if (!option) return;
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  private choose(option: HTMLElement): void {
    const words = option.dataset.words ?? "";
    this.input.value = words;
    if (this.id) this.id.value = option.dataset.value ?? "";
    if (this.was) this.was.value = words;
    this.field.querySelector(".pick-matches")?.remove();
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

for (const field of document.querySelectorAll<HTMLElement>("[data-pick]")) new Pick(field);
