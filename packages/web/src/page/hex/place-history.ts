import type { AddressInSpace } from '../../protocol/memory-calls.ts';

const maxPlaces = 200;

/** The places that a user went to, as a browser keeps pages. */
export class PlaceHistory {
  readonly #places: AddressInSpace[] = [];
  #at = -1;

  get current(): AddressInSpace | undefined {
    return this.#places[this.#at];
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#places.length - 1;
  }

  /** Adds a place after the current one. What came after that is forgotten. */
  visit(place: AddressInSpace): void {
    const { current } = this;
    if (current?.space === place.space && current.address === place.address) {
      return;
    }
    this.#places.splice(this.#at + 1, this.#places.length, place);
    if (this.#places.length > maxPlaces) {
      this.#places.shift();
    }
    this.#at = this.#places.length - 1;
  }

  /** Where the user is now, without a step: `visit` comes back to it. */
  replace(place: AddressInSpace): void {
    if (this.#at >= 0) {
      this.#places[this.#at] = place;
    }
  }

  /** Goes one place back (-1) or forward (1); undefined at the end. */
  go(step: -1 | 1): AddressInSpace | undefined {
    if (this.#places[this.#at + step] === undefined) {
      return undefined;
    }
    this.#at += step;
    return this.current;
  }
}
