import type { LitElement, ReactiveController } from 'lit';

/**
 * Renders an element again when one of its targets sends an event. The targets are properties of
 * the element, which has them only when it is first rendered.
 *
 * @param targets by the event that each sends
 */
export function follow(
  host: LitElement,
  targets: () => Readonly<Record<string, EventTarget>>,
): void {
  host.addController(new Follow(host, targets));
}

class Follow implements ReactiveController {
  readonly #host: LitElement;
  readonly #targets: () => Readonly<Record<string, EventTarget>>;
  #end: AbortController | null = null;

  constructor(host: LitElement, targets: () => Readonly<Record<string, EventTarget>>) {
    this.#host = host;
    this.#targets = targets;
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    if (this.#end === null) {
      this.#end = new AbortController();
      const { signal } = this.#end;
      for (const [event, target] of Object.entries(this.#targets())) {
        target.addEventListener(event, () => this.#host.requestUpdate(), { signal });
      }
    }
  }

  hostDisconnected(): void {
    this.#end?.abort();
    this.#end = null;
  }
}
