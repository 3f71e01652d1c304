import { sendFiles } from './file-button.ts';

/** Takes files wherever on the page they are dropped, and says while some hover over it. */
export class DropCatcher {
  readonly #to: EventTarget;
  readonly #onDragged: (isDragged: boolean) => void;
  readonly #listeners: readonly (readonly [string, (event: DragEvent) => void])[] = [
    ['dragover', (event) => this.#over(event)],
    ['dragleave', (event) => this.#leave(event)],
    ['drop', (event) => this.#drop(event)],
  ];

  constructor(to: EventTarget, onDragged: (isDragged: boolean) => void) {
    this.#to = to;
    this.#onDragged = onDragged;
  }

  start(): void {
    for (const [name, listen] of this.#listeners) {
      window.addEventListener(name, listen as EventListener);
    }
  }

  stop(): void {
    for (const [name, listen] of this.#listeners) {
      window.removeEventListener(name, listen as EventListener);
    }
  }

  #over(event: DragEvent): void {
    if (event.dataTransfer?.types.includes('Files') === true) {
      event.preventDefault();
      this.#onDragged(true);
    }
  }

  #leave({ relatedTarget }: DragEvent): void {
    // Null where the pointer leaves the page, and not only one element for another.
    if (relatedTarget === null) {
      this.#onDragged(false);
    }
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    this.#onDragged(false);
    sendFiles(this.#to, [...(event.dataTransfer?.files ?? [])]);
  }
}
