// <k-effort> answers the challenge of a form that is to be confirmed: a number n
// such that SHA-256 of "challenge:n" begins with so many zero bits. Where the
// browser has no subtle crypto (a page without TLS), the visitor waits instead.

class Effort extends HTMLElement {
  connectedCallback(): void {
    void this.search();
  }

  private async search(): Promise<void> {
    const challenge = this.dataset["challenge"] ?? "";
    const bits = Number(this.dataset["bits"]);
    const answer = this.querySelector<HTMLInputElement>("input[name=work]");
    if (!answer || !globalThis.crypto?.subtle) return;
    const encoder = new TextEncoder();
    for (let n = 0; this.isConnected && answer.value === ""; n += 64) {
      const tries = Array.from({ length: 64 }, (_, i) => n + i);
      const sums = await Promise.all(tries.map((k) => crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${k}`))));
      const found = sums.findIndex((sum) => zeros(new Uint8Array(sum)) >= bits);
      if (found >= 0) answer.value = String(n + found);
    }
  }
}

function zeros(sum: Uint8Array): number {
  let n = 0;
  for (const b of sum) {
    if (b !== 0) return n + Math.clz32(b) - 24;
    n += 8;
  }
  return n;
}

customElements.define("k-effort", Effort);

// Buttons that copy a text which leaves for somebody.
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy-text]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const text = document.getElementById(button.dataset["copyText"] ?? "")?.textContent ?? "";
    void navigator.clipboard.writeText(text).then(() => {
      const said = button.parentElement?.querySelector("[data-copied]");
      if (said) said.textContent = button.textContent + " ✓";
    });
  });
}
