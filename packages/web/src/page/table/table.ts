import {
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { PackedTable } from '../../protocol/analysis-calls.ts';
import { controls } from '../style/controls.ts';
import { styled } from '../style/styled.ts';
import { Cells } from './cells.ts';
import { gridColumns, mayWrap, memoryAddress, pointerColumns, wantsWrap } from './columns.ts';
import { filteredRows } from './filter.ts';
import { movedIn } from './keys.ts';
import { nextOrder, type Order, orderedRows } from './order.ts';
import { tableStyle } from './table-style.ts';
import { RowPlaces } from './window.ts';

const usualHeight = 25;

/** The rows that a table shows, in their order: the detail of `rows-shown`. */
export interface ShownRows {
  readonly rows: Uint32Array;
  readonly isAll: boolean;
}

/**
 * A table of any length: filtered, sorted by its heads, drawn only where it is in view. Sends
 * `rows-shown` when other rows are shown, and `row-chosen` with the number of the row.
 */
export class Table extends LitElement {
  static override styles: CSSResultGroup = [controls, tableStyle];
  static override properties = {
    table: { attribute: false },
    label: {},
    filter: {},
    only: { attribute: false },
    wraps: { attribute: false },
    rowClass: { attribute: false },
    order: { state: true },
    active: { state: true },
    scrolled: { state: true },
  };
  declare table: PackedTable;
  /** What the table is called for those who hear it. */
  declare label: string;
  declare filter: string;
  /** Marks the rows that may be shown; null for all. */
  declare only: Uint8Array | null;
  /** Whether prose wraps; null where its length decides. */
  declare wraps: boolean | null;
  /** A class for a row by its number: `urgent`, `warning`, `quiet`. */
  declare rowClass: ((row: number) => string) | null;
  declare order: Order | null;
  /** The cell that the keyboard is at: its place among the rows shown, and its column. */
  declare active: { readonly place: number; readonly column: number };
  declare scrolled: number;
  #cells: Cells = new Cells({ heads: [], rowCount: 0, columns: [] });
  #rows: Uint32Array = new Uint32Array();
  #places: RowPlaces = new RowPlaces(0, usualHeight);
  #columns = '';
  #wraps = false;
  #pointers: ReadonlySet<number> = new Set();
  #chosen: number | null = null;
  #viewHeight = 600;
  readonly #resized: ResizeObserver = new ResizeObserver(() => this.#resize());

  constructor() {
    super();
    this.label = 'table';
    this.filter = '';
    this.only = null;
    this.wraps = null;
    this.rowClass = null;
    this.order = null;
    this.active = { place: 0, column: 0 };
    this.scrolled = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('table')) {
      this.#cells = new Cells(this.table);
      this.#pointers = pointerColumns(this.#cells);
      this.#chosen = null;
      this.order = null;
    }
    if (changed.has('table') || changed.has('wraps')) {
      this.#wraps = this.wraps ?? wantsWrap(this.#cells);
      this.#columns = gridColumns(this.#cells, this.#wraps);
    }
    const isOther = changed.has('table') || changed.has('order') || changed.has('wraps');
    if (isOther || changed.has('filter') || changed.has('only')) {
      this.#showRows();
    }
  }

  #showRows(): void {
    const filtered = filteredRows(this.#cells, this.filter, this.only);
    const rows = filtered ?? allRows(this.#cells.rowCount);
    this.#rows = this.order === null ? rows : orderedRows(this.#cells, rows, this.order);
    this.#places = new RowPlaces(this.#rows.length, usualHeight);
    this.active = { place: 0, column: this.active.column };
    const scroller = this.#scroller;
    if (scroller !== null) {
      scroller.scrollTop = 0;
    }
    this.scrolled = 0;
    const detail: ShownRows = { rows: this.#rows, isAll: filtered === null && this.order === null };
    this.dispatchEvent(new CustomEvent('rows-shown', { detail }));
  }

  override render(): TemplateResult {
    const { heads } = this.#cells;
    const { first, end, topInPixels } = this.#places.windowOf(this.scrolled, this.#viewHeight);
    const shown = Array.from({ length: end - first }, (_, index) => first + index);
    const left = this.#rows.length - this.#places.count;
    return html`
      <div
        class=${classMap({ scroller: true, wraps: this.#wraps })}
        ${styled({ '--columns': this.#columns })}
        role="grid"
        tabindex="0"
        aria-label=${this.label}
        aria-rowcount=${this.#rows.length + 1}
        aria-colcount=${heads.length}
        aria-activedescendant=${this.#rows.length === 0 ? nothing : this.#activeId}
        @scroll=${this.#scroll}
        @keydown=${this.#press}
      >
        <div class="content" role="presentation">
          <div class="row head" role="row" aria-rowindex="1">
            ${heads.map((head, column) => this.#head(head, column))}
          </div>
          <div class="body" role="rowgroup" ${styled({ height: `${this.#places.height}px` })}>
            <div class="window" role="presentation" ${styled({ top: `${topInPixels}px` })}>
              ${shown.map((place) => this.#row(place))}
            </div>
          </div>
        </div>
      </div>
      ${this.#rows.length === 0 ? html`<div class="none">no row is one of those</div>` : nothing}
      ${left > 0 ? html`<div class="none">${left} more rows: filter them</div>` : nothing}
    `;
  }

  #head({ title, kind }: PackedTable['heads'][number], column: number): TemplateResult {
    const isSorted = this.order?.column === column;
    const direction = this.order?.isDescending === true ? 'descending' : 'ascending';
    return html`
      <div
        class="cell ${kind}"
        role="columnheader"
        aria-colindex=${column + 1}
        aria-sort=${isSorted ? direction : 'none'}
      >
        <button
          aria-label=${title === '' ? 'mark' : title}
          @click=${() => (this.order = nextOrder(this.order, column))}
        >${title}${isSorted ? (direction === 'ascending' ? ' ↑' : ' ↓') : ''}</button>
      </div>
    `;
  }

  #row(place: number): TemplateResult {
    const row = this.#rows[place] ?? 0;
    return html`
      <div
        class="row ${this.rowClass?.(row) ?? ''}"
        role="row"
        aria-rowindex=${place + 2}
        aria-selected=${row === this.#chosen}
        data-place=${place}
        @click=${() => this.#choose(place)}
      >${this.#cells.heads.map(({ kind }, column) => this.#cell(place, row, column, kind))}</div>
    `;
  }

  #cell(place: number, row: number, column: number, kind: string): TemplateResult {
    const text = this.#cells.at(row, column);
    const isActive = place === this.active.place && column === this.active.column;
    const to = this.#pointers.has(column) ? memoryAddress(text) : null;
    return html`<div
      id="c${place}-${column}"
      class="cell ${kind} ${isActive ? 'active' : ''}"
      role="gridcell"
      aria-colindex=${column + 1}
    >${to === null ? text : html`<a href=${to} tabindex="-1">${text}</a>`}</div>`;
  }

  override updated(): void {
    const scroller = this.#scroller;
    if (scroller === null) {
      return;
    }
    this.#resized.observe(scroller);
    if (this.#wraps && this.#cells.heads.some(({ kind }) => mayWrap(kind))) {
      this.#measure(scroller);
    }
  }

  /** Rows that wrap are as high as the browser made them. */
  #measure(scroller: HTMLElement): void {
    let isNews = false;
    for (const element of scroller.querySelectorAll<HTMLElement>('[data-place]')) {
      const { height } = element.getBoundingClientRect();
      isNews = this.#places.measure(Number(element.dataset.place), height) || isNews;
    }
    if (isNews) {
      this.requestUpdate();
    }
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.scroller');
  }

  get #activeId(): string {
    return `c${this.active.place}-${this.active.column}`;
  }

  #scroll({ target }: Event): void {
    this.scrolled = (target as HTMLElement).scrollTop;
  }

  #resize(): void {
    const height = this.#scroller?.clientHeight ?? 0;
    if (height > 0) {
      this.#viewHeight = height;
      this.requestUpdate();
    }
  }

  #choose(place: number): void {
    this.active = { place, column: this.active.column };
    this.#chosen = this.#rows[place] ?? null;
    this.dispatchEvent(new CustomEvent('row-chosen', { detail: this.#chosen }));
  }

  #press(event: KeyboardEvent): void {
    // The buttons of the head have keys of their own.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { place, column } = this.active;
    if (event.key === 'Enter') {
      const link = this.renderRoot.querySelector<HTMLElement>(`#${this.#activeId} a`);
      link?.click();
      this.#choose(place);
      return;
    }
    const rowsOfPage = Math.max(1, Math.floor(this.#viewHeight / usualHeight) - 2);
    const bounds = { rows: this.#places.count, columns: this.#cells.heads.length, rowsOfPage };
    const moved = movedIn({ place, column }, event.key, bounds);
    if (moved !== null) {
      event.preventDefault();
      this.active = moved;
      this.#reveal(moved.place);
    }
  }

  /** Scrolls no more than it takes to see a row. */
  #reveal(place: number): void {
    const scroller = this.#scroller;
    if (scroller !== null) {
      const headHeight = 30;
      const top = this.#places.topOf(place);
      const bottom = this.#places.topOf(place + 1) + headHeight;
      if (top < scroller.scrollTop) {
        scroller.scrollTop = top;
      } else if (bottom > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = bottom - scroller.clientHeight;
      }
    }
  }
}

function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    rows[row] = row;
  }
  return rows;
}

customElements.define('vm-table', Table);
