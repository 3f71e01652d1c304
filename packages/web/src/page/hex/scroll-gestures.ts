/** How much of its speed a flick keeps in each frame, and the rows a frame at which it ends. */
const kept = 0.94;
const slowest = 0.02;
/** Rows of one step of a wheel that counts lines. */
const wheelPageRows = 20;

/** Turns a wheel, a touch and a flick into rows. */
export class ScrollGestures {
  readonly #rowHeight: number;
  readonly #scrollBy: (rows: number) => void;
  #lastY: number | undefined;
  #speed = 0;
  #frame = 0;

  constructor(rowHeight: number, scrollBy: (rows: number) => void) {
    this.#rowHeight = rowHeight;
    this.#scrollBy = scrollBy;
  }

  /** Listens as long as the element lives. */
  listenTo(element: HTMLElement): void {
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    element.addEventListener('pointerdown', (event) => this.#begin(event));
    element.addEventListener('pointermove', (event) => this.#drag(event));
    element.addEventListener('pointerup', () => this.#end());
    element.addEventListener('pointercancel', () => this.#end());
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey) {
      return;
    }
    event.preventDefault();
    this.#stop();
    const unit = [this.#rowHeight, 1, 1 / wheelPageRows][event.deltaMode] ?? this.#rowHeight;
    this.#scrollBy(event.deltaY / unit);
  }

  #begin({ pointerType, clientY }: PointerEvent): void {
    this.#stop();
    if (pointerType === 'touch') {
      this.#lastY = clientY;
    }
  }

  #drag({ clientY }: PointerEvent): void {
    if (this.#lastY !== undefined) {
      this.#speed = (this.#lastY - clientY) / this.#rowHeight;
      this.#lastY = clientY;
      this.#scrollBy(this.#speed);
    }
  }

  #end(): void {
    if (this.#lastY === undefined) {
      return;
    }
    this.#lastY = undefined;
    if (!window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#glide();
    }
  }

  #glide(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#speed *= kept;
      if (Math.abs(this.#speed) > slowest) {
        this.#scrollBy(this.#speed);
        this.#glide();
      }
    });
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#speed = 0;
  }
}
