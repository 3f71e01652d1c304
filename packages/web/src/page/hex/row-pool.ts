import type { ByteRow } from './byte-row.ts';
import type { ReadMemory } from './memory-windows.ts';

/** What a row of the grid shows, to tell whether it must be written again. */
export interface ShownRow {
  readonly space: string;
  readonly address: bigint;
  readonly memory: ReadMemory | undefined;
}

/**
 * The elements of one row: its address, a cell for each byte, and the text of all. Only what
 * differs is written, because a frame has time for little more.
 */
export class RowElements {
  readonly element: HTMLElement = part('div', 'row', 'row');
  readonly cells: readonly HTMLElement[];
  shown: ShownRow | undefined;
  readonly #address: HTMLElement = part('span', 'address', 'rowheader');
  readonly #text: HTMLElement = part('span', 'text', 'gridcell');
  readonly #before: Text = document.createTextNode('');
  readonly #chosen: HTMLElement = document.createElement('b');
  readonly #after: Text = document.createTextNode('');
  readonly #kinds: string[] = [];
  #text16 = '';
  #chosenIndex = -1;

  constructor(bytesPerRow: number) {
    const bytes = part('span', 'bytes', 'presentation');
    this.cells = Array.from({ length: bytesPerRow }, () => {
      const cell = part('span', 'byte', 'gridcell');
      cell.append('');
      return cell;
    });
    bytes.append(...this.cells);
    this.#text.append(this.#before, this.#chosen, this.#after);
    this.element.append(this.#address, bytes, this.#text);
  }

  write(address: string, { kind, kinds, digits, text }: ByteRow): void {
    this.#address.textContent = address;
    if (this.element.dataset.kind !== kind) {
      this.element.dataset.kind = kind;
    }
    for (const [index, cell] of this.cells.entries()) {
      const node = cell.firstChild as Text;
      const own = digits[index] ?? '';
      if (node.data !== own) {
        node.data = own;
      }
      // The row says the state of all its bytes, unless they differ.
      const ownKind = kind === 'mixed' ? (kinds[index] ?? '') : '';
      if (this.#kinds[index] !== ownKind) {
        this.#kinds[index] = ownKind;
        cell.dataset.kind = ownKind;
      }
    }
    this.#text16 = text;
    this.#writeText();
  }

  /** Marks the byte that is selected, in both columns; -1 for none. */
  choose(index: number): void {
    if (index === this.#chosenIndex) {
      return;
    }
    this.cells[this.#chosenIndex]?.removeAttribute('aria-selected');
    this.cells[this.#chosenIndex]?.removeAttribute('id');
    this.#chosenIndex = index;
    const cell = this.cells[index];
    if (cell !== undefined) {
      cell.setAttribute('aria-selected', 'true');
      cell.id = 'chosen';
    }
    this.#writeText();
  }

  #writeText(): void {
    const index = this.#chosenIndex;
    const text = this.#text16;
    this.#before.data = index < 0 ? text : text.slice(0, index);
    this.#chosen.textContent = index < 0 ? '' : text.slice(index, index + 1);
    this.#after.data = index < 0 ? '' : text.slice(index + 1);
  }
}

function part(tag: string, name: string, role: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.setAttribute('role', role);
  return element;
}
