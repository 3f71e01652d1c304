import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type {
  AddressInSpace,
  ByteFacts,
  MemoryShape,
  OverviewCell,
  Space,
} from '../../protocol/memory-calls.ts';
import { memoryLink, placeInLink } from '../links/memory-link.ts';
import type { DumpModel } from '../model/dump-model.ts';
import { controls } from '../style/controls.ts';
import type { HexGrid } from './hex-grid.ts';
import type { BarAction } from './memory-bar.ts';
import { MemoryWindows } from './memory-windows.ts';
import { PlaceHistory } from './place-history.ts';
import { spaceExtent } from './space-extent.ts';
import { numbersAt } from './values.ts';
import './byte-panel.ts';
import './hex-grid.ts';
import './memory-bar.ts';
import './memory-legend.ts';

const memoryViewStyles = css`
  .view {
    display: grid;
    grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr) auto;
    gap: calc(var(--step) * 3);
    height: max(420px, calc(100dvh - 96px));
  }
  h1, vm-memory-bar, vm-memory-legend { grid-column: 1 / -1; }
  vm-byte-panel { width: 288px; }
  @media (max-width: 1180px) {
    .view { grid-template: auto auto minmax(240px, 1fr) auto auto / minmax(0, 1fr); }
    vm-byte-panel { width: auto; }
  }
`;

const noOverview: readonly OverviewCell[] = [];

/** Keys that are held down move faster than facts are asked for. */
const quietInMilliseconds = 120;

const noPlace = 'the link names no place: physical memory ends at 2^52, virtual memory at 2^64';

/** A link to memory whose place cannot be. */
function isBroken(hash: string): boolean {
  return hash.startsWith('#/memory/') && placeInLink(hash) === undefined;
}

/** Where the user was, and where they have been, for when they come back to the view. */
const histories = new WeakMap<object, PlaceHistory>();

/** The bytes of physical and of virtual memory. Its place is in the address of the page. */
export class MemoryView extends LitElement {
  static override styles: CSSResultGroup = [controls, memoryViewStyles];
  static override properties = {
    model: { attribute: false },
    shape: { state: true },
    place: { state: true },
    facts: { state: true },
    failure: { state: true },
    overview: { state: true },
  };
  declare model: DumpModel;
  declare shape: MemoryShape | null;
  /** The selected byte. */
  declare place: AddressInSpace | null;
  declare facts: ByteFacts | null;
  declare failure: string | null;
  declare overview: readonly OverviewCell[];
  #history: PlaceHistory = new PlaceHistory();
  readonly #windows: MemoryWindows = new MemoryWindows(
    (request) => this.model.supervisor.call('read', request),
    () => {
      this.#grid?.refresh();
      this.requestUpdate();
    },
    (error) => (this.failure = error.message),
  );
  readonly #onHash = (): void => {
    const place = placeInLink(window.location.hash);
    if (place !== undefined) {
      this.#visit(place);
    } else if (isBroken(window.location.hash)) {
      this.failure = noPlace;
    }
  };

  constructor() {
    super();
    this.shape = null;
    this.place = null;
    this.facts = null;
    this.failure = null;
    this.overview = noOverview;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#onHash);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) {
      void this.#start();
    }
  }

  override render(): TemplateResult {
    const { shape, place } = this;
    if (shape === null || place === null) {
      return html`<div class="panel" role="status">${this.failure ?? 'reading…'}</div>`;
    }
    const { space, address } = place;
    return html`
      <div class="view">
        <h1>Memory</h1>
        <vm-memory-bar
          .space=${space}
          .hasVirtual=${shape.virtualStart !== null}
          .canGoBack=${this.#history.canGoBack}
          .canGoForward=${this.#history.canGoForward}
          .failure=${this.failure}
          @act=${this.#act}
          @go=${this.#go}
        ></vm-memory-bar>
        <vm-hex-grid
          .space=${space}
          .extent=${spaceExtent(shape, place)}
          .windows=${this.#windows}
          .chosen=${address}
          .overview=${
            space === 'physical' && address < shape.physicalEnd ? this.overview : noOverview
          }
          @choose=${(event: CustomEvent<bigint>) => this.#choose(event.detail)}
          @follow=${this.#follow}
        ></vm-hex-grid>
        <vm-byte-panel
          .space=${space}
          .address=${address}
          .shape=${shape}
          .bytes=${this.#windows.bytesAt(place)}
          .stretch=${this.#windows.stretchAt(space, address)}
          .facts=${this.facts}
        ></vm-byte-panel>
        <vm-memory-legend></vm-memory-legend>
      </div>
    `;
  }

  get #grid(): HexGrid | null {
    return this.renderRoot.querySelector<HexGrid>('vm-hex-grid');
  }

  async #start(): Promise<void> {
    try {
      this.shape = await this.model.supervisor.call('memoryShape', {});
    } catch (error) {
      this.failure = (error as Error).message;
      return;
    }
    const { located, opened } = this.model;
    const dump = located ?? opened ?? this.model;
    this.#history = histories.get(dump) ?? this.#history;
    histories.set(dump, this.#history);
    const asked = placeInLink(window.location.hash) ?? this.#history.current;
    const isRefused = isBroken(window.location.hash);
    this.#visit(asked ?? { space: 'physical', address: this.shape.physicalStart });
    this.failure = isRefused ? noPlace : null;
    // Last, because it may read much of an index. A picture less is no failure of the view.
    this.overview = await this.model.supervisor.call('memoryOverview', {}).catch(() => noOverview);
  }

  /** Goes to a place, and remembers the one before. */
  #visit(place: AddressInSpace): void {
    if (this.place !== null) {
      this.#history.replace(this.place);
    }
    this.#history.visit(place);
    this.#show(place);
    this.#windows.retry();
  }

  #show(place: AddressInSpace): void {
    this.failure = null;
    this.place = place;
    this.facts = null;
    const link = memoryLink(place.space, place.address);
    // Not a step of the browser's own history: that leads from view to view.
    window.history.replaceState(null, '', link);
    void this.#learn(place);
  }

  async #learn(place: AddressInSpace): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, quietInMilliseconds));
    if (place !== this.place) {
      return;
    }
    const facts = await this.model.supervisor.call('byteAt', place).catch(() => null);
    if (place === this.place) {
      this.facts = facts;
    }
  }

  #choose(address: bigint): void {
    if (this.place !== null) {
      this.#show({ ...this.place, address });
    }
  }

  async #go({ detail: text }: CustomEvent<string>): Promise<void> {
    const space = this.place?.space ?? 'physical';
    await this.#try(async () =>
      this.#visit(await this.model.supervisor.call('place', { text, space })),
    );
    this.#grid?.focusGrid();
  }

  async #act({ detail: action }: CustomEvent<BarAction>): Promise<void> {
    const { place, shape } = this;
    if (place === null || shape === null) {
      return;
    }
    if (action === 'back' || action === 'forward') {
      this.#history.replace(place);
      const to = this.#history.go(action === 'back' ? -1 : 1);
      this.#show(to ?? place);
    } else if (action === 'next' || action === 'previous') {
      await this.#try(() => this.#skip(place, action));
    } else if (action !== place.space) {
      this.#visit({ space: action, address: this.#addressIn(action, shape) });
    }
  }

  /** Where the same byte lies in the other space, if that is known; else where it begins. */
  #addressIn(space: Space, { physicalStart, virtualStart }: MemoryShape): bigint {
    return space === 'physical'
      ? (this.facts?.physicalAddress ?? physicalStart)
      : (virtualStart ?? 0n);
  }

  async #skip(place: AddressInSpace, direction: 'next' | 'previous'): Promise<void> {
    const { address } = await this.model.supervisor.call('nextHeld', { ...place, direction });
    if (address === null) {
      const what = place.space === 'physical' ? 'stored' : 'mapped';
      this.failure = `no other ${what} memory ${direction === 'next' ? 'follows' : 'comes before'}`;
    } else {
      this.#visit({ ...place, address });
    }
  }

  /** Goes where the selected bytes point to. */
  #follow(): void {
    const { place, shape } = this;
    if (place === null || shape === null || shape.virtualStart === null) {
      return;
    }
    const size = shape.wordSizeInBits / 8;
    const numbers = numbersAt(this.#windows.bytesAt(place), shape.byteOrder);
    const address = numbers.find(({ sizeInBytes }) => sizeInBytes === size)?.value;
    if (address != null) {
      this.#visit({ space: 'virtual', address });
    }
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.failure = null;
    try {
      await work();
    } catch (error) {
      this.failure = (error as Error).message;
    }
  }
}

customElements.define('vm-memory-view', MemoryView);
