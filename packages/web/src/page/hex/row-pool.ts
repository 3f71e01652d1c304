import { type ByteRow, columnOf, digitPieces } from './byte-row.ts';
import type { ReadMemory } from './memory-windows.ts';

/** What a row of the grid shows, to tell whether it must be written again. */
export interface ShownRow {
  readonly space: string;
  readonly address: bigint;
  readonly memory: ReadMemory | undefined;
}

const noRow: ByteRow = { kind: 'waiting', kinds: [], digits: '', text: '' };

/**
 * The elements of one row: its address, its digits, and its text. Each is one text node, because a
 * frame has time for few. Only the selected byte and other states within a row have elements.
 */
export class RowElements {
  readonly element: HTMLElement = part('div', 'row', 'row');
  shown: ShownRow | undefined;
  readonly #address: Text = document.createTextNode('');
  readonly #digits: Text = document.createTextNode('');
  readonly #text: Text = document.createTextNode('');
  readonly #digitCell: HTMLElement = part('span', 'part', 'gridcell');
  readonly #bytes: HTMLElement = part('span', 'bytes', 'presentation');
  readonly #textCell: HTMLElement = part('span', 'text', 'gridcell');
  #row: ByteRow = noRow;
  #chosen = -1;
  /** Whether the digits and the text are each one text node. */
  #isPlain = true;

  constructor() {
    const address = part('span', 'address', 'rowheader');
    address.append(this.#address);
    this.#digitCell.append(this.#digits);
    this.#bytes.append(this.#digitCell);
    this.#textCell.append(this.#text);
    this.element.append(address, this.#bytes, this.#textCell);
  }

  write(address: string, row: ByteRow): void {
    write(this.#address, address);
    if (this.element.dataset.kind !== row.kind) {
      this.element.dataset.kind = row.kind;
    }
    this.#row = row;
    this.#draw();
  }

  /** Marks the byte that is selected, in both columns; -1 for none. */
  choose(index: number): void {
    if (index !== this.#chosen) {
      this.#chosen = index;
      this.#draw();
    }
  }

  /** The byte of this row that is nearest to a point of the screen, from 0. */
  byteNear(clientX: number): number {
    const { kinds } = this.#row;
    const count = kinds.reduce((sum, each) => sum + each.count, 0);
    const { left, width } = this.#bytes.getBoundingClientRect();
    const widthInColumns = this.#row.digits.length;
    const column = ((clientX - left) / width) * widthInColumns;
    const index = Array.from({ length: count }, (_, each) => each).findIndex(
      (each) => column < (columnOf(each) + 2 + columnOf(each + 1)) / 2,
    );
    return index < 0 ? count - 1 : index;
  }

  #draw(): void {
    const { digits, text, kind } = this.#row;
    const chosen = this.#chosen;
    if (kind !== 'mixed' && chosen < 0) {
      write(this.#digits, digits);
      write(this.#text, text);
      if (!this.#isPlain) {
        this.#isPlain = true;
        this.#bytes.replaceChildren(this.#digitCell);
        this.#textCell.replaceChildren(this.#text);
      }
      return;
    }
    this.#isPlain = false;
    this.#bytes.replaceChildren(
      ...digitPieces(this.#row, chosen).map((piece) => {
        const cell = part('span', 'part', 'gridcell');
        if (kind === 'mixed') {
          cell.dataset.kind = piece.kind;
        }
        if (piece.isChosen) {
          cell.id = 'chosen';
          cell.setAttribute('aria-selected', 'true');
        }
        cell.textContent = piece.digits;
        return cell;
      }),
    );
    const marked = document.createElement('b');
    marked.textContent = chosen < 0 ? '' : text.slice(chosen, chosen + 1);
    this.#textCell.replaceChildren(text.slice(0, Math.max(0, chosen)), marked);
    this.#textCell.append(text.slice(chosen + 1));
  }
}

function write(node: Text, text: string): void {
  if (node.data !== text) {
    node.data = text;
  }
}

function part(tag: string, name: string, role: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.setAttribute('role', role);
  return element;
}
