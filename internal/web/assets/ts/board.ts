// Dragging a card to another column of a board. It decides nothing: it opens the
// form to which the card's own link leads, with the column chosen.

class Board extends HTMLElement {
  private dragged?: HTMLElement;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => {
      const card = (event.target as HTMLElement).closest<HTMLElement>("[data-move]");
      if (!card || !event.dataTransfer) return;
      this.dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.querySelector("a")?.textContent ?? "");
    });
    this.addEventListener("dragover", (event) => {
      const column = this.columnOf(event);
      this.mark(column);
      if (column) event.preventDefault();
    });
    this.addEventListener("dragend", () => this.mark(undefined));
    this.addEventListener("drop", (event) => {
      const column = this.columnOf(event);
      const move = this.dragged?.dataset.move;
      if (!column || !move) return;
      event.preventDefault();
      location.href = `${move}?to=${encodeURIComponent(column.dataset.column ?? "")}`;
    });
  }

  // columnOf gives the column under the pointer, unless the card is in it already.
  private columnOf(event: DragEvent): HTMLElement | undefined {
    const column = (event.target as HTMLElement).closest<HTMLElement>("[data-column]");
    if (!column || !this.dragged || column.contains(this.dragged)) return undefined;
    return column;
  }

  private mark(column: HTMLElement | undefined): void {
    for (const c of this.querySelectorAll(".over")) c.classList.toggle("over", c === column);
    column?.classList.add("over");
  }
}

customElements.define("kyoten-board", Board);
