import type { AddressRequest } from '../../protocol/dump-calls.ts';
import {
  type ReadAddress,
  type RefusedAddress,
  readAddress,
  usualMaxTransferInBytes,
} from './address.ts';

/** The address that waits for the user's word. Nothing is sent before. Sends `change`. */
export class AddressShelf extends EventTarget {
  asked: ReadAddress | RefusedAddress | null = null;
  /** What the user let the page fetch at most, last. */
  maxTransferInBytes: number = usualMaxTransferInBytes;

  ask(text: string): void {
    this.asked = readAddress(text, window.location.protocol);
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Takes the answer: how many bytes may be fetched, or null for none. Returns the address to open.
   */
  answer(maxTransferInBytes: number | null): AddressRequest | undefined {
    const { asked } = this;
    this.asked = null;
    this.dispatchEvent(new Event('change'));
    if (maxTransferInBytes === null || asked === null || 'problem' in asked) {
      return undefined;
    }
    this.maxTransferInBytes = maxTransferInBytes;
    return { url: asked.url, maxTransferInBytes };
  }
}
