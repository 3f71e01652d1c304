import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from 'lit';

const thumbInPixels = 28;

/** The scroll bar of a space that no element is as high as. Sends `move` with a part of 1. */
export class ScrollStrip extends LitElement {
  static override styles: CSSResultGroup = css`
    :host { display: block; width: 14px; background: var(--raised); border-left: 1px solid var(--line); }
    .track { position: relative; height: 100%; touch-action: none; }
    .thumb {
      position: absolute;
      inset: 0 2px auto;
      height: 28px;
      border-radius: 5px;
      background: var(--muted);
      opacity: 0.55;
    }
    .track:hover .thumb, .track:active .thumb { opacity: 0.9; }
  `;
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
        aria-hidden="true"
        @pointerdown=${this.#grab}
        @pointermove=${this.#drag}
        @pointerup=${this.#release}
        @pointercancel=${this.#release}
      >
        <div class="thumb"></div>
      </div>
    `;
  }

  override firstUpdated(): void {
    this.#resized.observe(this.#track);
  }

  /** Puts the thumb where the view is, 0 to 1. */
  show(fraction: number): void {
    this.#fraction = fraction;
    const thumb = this.renderRoot.querySelector('.thumb') as HTMLElement | null;
    if (thumb !== null) {
      thumb.style.transform = `translateY(${fraction * this.#room}px)`;
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
      const fraction = (clientY - top - this.#grabbedAt) / this.#room;
      this.dispatchEvent(new CustomEvent('move', { detail: Math.min(1, Math.max(0, fraction)) }));
    }
  }

  #release(): void {
    this.#grabbedAt = undefined;
  }
}

customElements.define('vm-scroll-strip', ScrollStrip);
