import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import type { OverviewCell, Space } from '../../protocol/memory-calls.ts';
import { stateWords } from './memory-states.ts';
import { overviewPicture } from './overview-picture.ts';

const thumbInPixels = 28;

/** How far a key moves, as a part of all. */
const steps: Readonly<Record<string, number>> = {
  ArrowUp: -1 / 512,
  ArrowDown: 1 / 512,
  PageUp: -1 / 16,
  PageDown: 1 / 16,
  Home: -1,
  End: 1,
};

/**
 * The scroll bar of a space that no element is as high as, over a picture of what memory the dump
 * has. Sends `move` with a part of 1.
 */
export class ScrollStrip extends LitElement {
  static override styles: CSSResultGroup = css`
    :host { display: block; width: 14px; background: var(--raised); border-left: 1px solid var(--line); }
    .picture { position: absolute; inset: 0; opacity: 0.45; }
    .track { position: relative; height: 100%; touch-action: none; }
    .thumb {
      position: absolute;
      inset: 0 2px auto;
      height: 28px;
      border-radius: 5px;
      background: var(--ink);
      border: 1px solid var(--surface);
      opacity: 0.7;
    }
    .track:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
    .track:hover .thumb, .track:active .thumb { opacity: 0.9; }
  `;
  static override properties: PropertyDeclarations = {
    space: { attribute: false },
    overview: { attribute: false },
  };
  declare space: Space;
  /** Equal parts of the space from its start; empty where none are known. */
  declare overview: readonly OverviewCell[];
  #grabbedAt: number | undefined;
  #fraction = 0;
  /** How far the thumb can move. Asked of the browser in each frame, it would lay out at once. */
  #room = 1;
  readonly #resized: ResizeObserver = new ResizeObserver(([entry]) => {
    this.#room = Math.max(1, (entry?.contentRect.height ?? 0) - thumbInPixels);
    this.show(this.#fraction);
  });

  override render(): TemplateResult {
    return html`
      <div
        class="track"
        role="slider"
        tabindex="0"
        aria-orientation="vertical"
        aria-label="place in ${this.space} memory"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow="0"
        @keydown=${this.#press}
        @pointerdown=${this.#grab}
        @pointermove=${this.#drag}
        @pointerup=${this.#release}
        @pointercancel=${this.#release}
      >
        <div class="picture"></div>
        <div class="thumb"></div>
      </div>
    `;
  }

  constructor() {
    super();
    this.overview = [];
  }

  override firstUpdated(): void {
    this.#resized.observe(this.#track);
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('overview')) {
      const picture = this.renderRoot.querySelector('.picture') as HTMLElement;
      picture.style.background = overviewPicture(this.overview);
    }
  }

  /** Puts the thumb where the view is, 0 to 1. */
  show(fraction: number): void {
    this.#fraction = fraction;
    const thumb = this.renderRoot.querySelector('.thumb') as HTMLElement | null;
    if (thumb !== null) {
      thumb.style.transform = `translateY(${fraction * this.#room}px)`;
      this.#say(fraction);
    }
  }

  get #track(): HTMLElement {
    return this.renderRoot.querySelector('.track') as HTMLElement;
  }

  #grab(event: PointerEvent): void {
    const track = this.#track;
    const thumb = this.renderRoot.querySelector('.thumb') as HTMLElement;
    const isOnThumb = event.target === thumb;
    this.#grabbedAt = isOnThumb
      ? event.clientY - thumb.getBoundingClientRect().top
      : thumbInPixels / 2;
    track.setPointerCapture(event.pointerId);
    if (!isOnThumb) {
      this.#drag(event);
    }
  }

  #drag({ clientY }: PointerEvent): void {
    if (this.#grabbedAt !== undefined) {
      const { top } = this.#track.getBoundingClientRect();
      this.#move((clientY - top - this.#grabbedAt) / this.#room);
    }
  }

  #press(event: KeyboardEvent): void {
    const step = steps[event.key];
    if (step !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#move(this.#fraction + step);
    }
  }

  #move(fraction: number): void {
    this.dispatchEvent(new CustomEvent('move', { detail: Math.min(1, Math.max(0, fraction)) }));
  }

  /** Names the place to those who do not see the thumb; written only where it is another. */
  #say(fraction: number): void {
    const percent = String(Math.round(fraction * 100));
    const state = this.overview[Math.floor(fraction * (this.overview.length - 1))];
    const words = stateWords.find(({ kind }) => kind === state)?.words;
    const text = words === undefined ? `${percent} %` : `${percent} %, ${words}`;
    if (this.#track.getAttribute('aria-valuetext') !== text) {
      this.#track.setAttribute('aria-valuenow', percent);
      this.#track.setAttribute('aria-valuetext', text);
    }
  }

  #release(): void {
    this.#grabbedAt = undefined;
  }
}

customElements.define('vm-scroll-strip', ScrollStrip);
