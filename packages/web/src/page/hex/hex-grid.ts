import {
  type CSSResultGroup,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import type { OverviewCell, Space } from '../../protocol/memory-calls.ts';
import { controls } from '../style/controls.ts';
import { byteRow } from './byte-row.ts';
import { type GridShape, gridShape } from './grid-shape.ts';
import { gridStyles, rowHeightInPixels } from './grid-styles.ts';
import type { MemoryWindows } from './memory-windows.ts';
import { moved } from './moves.ts';
import { RowList } from './row-list.ts';
import { ScrollGestures } from './scroll-gestures.ts';
import { type Extent, ScrollModel } from './scroll-model.ts';
import type { ScrollStrip } from './scroll-strip.ts';
import './scroll-strip.ts';

/**
 * Bytes of an address space as a grid. Sends `choose` with the address of a byte that the user
 * selects, and `visit` where they follow it. Focus stays on the grid; `aria-activedescendant` names
 * the selected byte, because rows come and go under it.
 */
export class HexGrid extends LitElement {
  static override styles: CSSResultGroup = [controls, gridStyles];
  static override properties: PropertyDeclarations = {
    space: { attribute: false },
    extent: {
      attribute: false,
      hasChanged: isOther,
    },
    windows: { attribute: false },
    chosen: { attribute: false },
    overview: { attribute: false },
  };
  declare space: Space;
  declare extent: Extent;
  declare windows: MemoryWindows;
  declare chosen: bigint;
  /** What the scroll bar shows of the space; empty for none. */
  declare overview: readonly OverviewCell[];
  #scroll: ScrollModel | undefined;
  #rows: RowList | undefined;
  #shape: GridShape | undefined;
  #frame = 0;
  #lastTop = 0n;
  readonly #resized: ResizeObserver = new ResizeObserver(() => this.#layOut());

  override render(): TemplateResult {
    return html`
      <div class="frame">
        <div
          class="grid"
          role="grid"
          tabindex="0"
          aria-rowcount="-1"
          aria-label="bytes of ${this.space} memory"
          @keydown=${this.#press}
          @click=${this.#point}
        >
          <div class="rows" role="rowgroup"></div>
        </div>
        <vm-scroll-strip
          .space=${this.space}
          .overview=${this.overview}
          @move=${this.#dragged}
        ></vm-scroll-strip>
      </div>
    `;
  }

  override firstUpdated(): void {
    const grid = this.#grid;
    this.#rows = new RowList(this.renderRoot.querySelector('.rows') as HTMLElement);
    const gestures = new ScrollGestures(rowHeightInPixels, (rows) => {
      this.#scroll?.scrollBy(rows);
      this.refresh();
    });
    gestures.listenTo(grid);
    this.#resized.observe(grid);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('extent')) {
      this.#layOut();
    }
    if (changed.has('chosen')) {
      this.#scroll?.reveal(this.chosen);
    }
    this.refresh();
  }

  /** Shows the rows in the next frame, however often it is asked before. */
  refresh(): void {
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#show();
      });
    }
  }

  focusGrid(): void {
    this.#grid.focus();
  }

  get #grid(): HTMLElement {
    return this.renderRoot.querySelector('.grid') as HTMLElement;
  }

  #layOut(): void {
    const grid = this.#grid;
    const shape = gridShape(grid.clientWidth, this.extent.end);
    this.#shape = shape;
    grid.classList.toggle('narrow', shape.isNarrow);
    grid.classList.toggle('without-text', !shape.hasText);
    const rows = Math.floor(grid.clientHeight / rowHeightInPixels);
    const before = this.#scroll;
    this.#scroll = new ScrollModel(this.extent, shape.bytesPerRow, rows);
    if (before === undefined || before.extent.end !== this.#scroll.extent.end) {
      this.#scroll.reveal(this.chosen);
    } else {
      this.#scroll.moveTo(before.top, before.offset);
    }
    this.#rows?.resize(rows + 2, shape.bytesPerRow);
    this.refresh();
  }

  #show(): void {
    const { space, windows, chosen } = this;
    const scroll = this.#scroll;
    const rows = this.#rows;
    if (scroll === undefined || rows === undefined) {
      return;
    }
    const { top, offset, bytesPerRow } = scroll;
    rows.turnTo(top);
    const size = BigInt(bytesPerRow);
    for (const [index, row] of rows.rows.entries()) {
      const address = top + BigInt(index) * size;
      const isBeyond = address >= scroll.extent.end;
      row.element.hidden = isBeyond;
      const memory = isBeyond ? undefined : windows.at(space, address);
      const { shown } = row;
      if (shown?.address !== address || shown.memory !== memory || shown.space !== space) {
        row.shown = { space, address, memory };
        const text = address.toString(16).padStart(this.#shape?.addressDigits ?? 0, '0');
        row.write(text, byteRow(memory, address, bytesPerRow));
      }
      const at = chosen - address;
      row.choose(at >= 0n && at < size && !isBeyond ? Number(at) : -1);
    }
    if (this.renderRoot.querySelector('#chosen') !== null) {
      this.#grid.setAttribute('aria-activedescendant', 'chosen');
    } else {
      this.#grid.removeAttribute('aria-activedescendant');
    }
    const list = this.renderRoot.querySelector('.rows') as HTMLElement;
    list.style.transform = `translateY(${-offset * rowHeightInPixels}px)`;
    const end = top + BigInt(rows.rows.length) * size;
    windows.want(space, top, end, top >= this.#lastTop);
    this.#lastTop = top;
    this.renderRoot.querySelector<ScrollStrip>('vm-scroll-strip')?.show(scroll.fraction);
  }

  #press(event: KeyboardEvent): void {
    const scroll = this.#scroll;
    if (scroll === undefined || event.altKey || event.metaKey) {
      return;
    }
    if (event.key === 'Enter') {
      this.dispatchEvent(new CustomEvent('follow'));
      return;
    }
    const to = moved(this.chosen, event, scroll.extent, scroll);
    if (to !== undefined) {
      event.preventDefault();
      this.#choose(to);
    }
  }

  #point({ target, clientX }: MouseEvent): void {
    const element = (target as Element).closest('.row');
    const row = this.#rows?.rows.find((each) => each.element === element);
    if (row?.shown !== undefined && (target as Element).closest('.bytes') !== null) {
      this.#choose(row.shown.address + BigInt(row.byteNear(clientX)));
    }
  }

  #choose(address: bigint): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: address }));
  }

  #dragged({ detail: fraction }: CustomEvent<number>): void {
    this.#scroll?.moveToFraction(fraction);
    this.refresh();
  }
}

function isOther(to: Extent, from: Extent | undefined): boolean {
  return to.start !== from?.start || to.end !== from.end;
}

customElements.define('vm-hex-grid', HexGrid);
