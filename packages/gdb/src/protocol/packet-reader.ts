import { latin1Text } from '@vmcorekit/core';

/** What a client sent. */
export type PacketEvent =
  /** A packet; `isSound` says whether its checksum fits. */
  | { readonly kind: 'packet'; readonly body: string; readonly isSound: boolean }
  /** A packet longer than the limit; its bytes are gone. */
  | { readonly kind: 'too-long' }
  | { readonly kind: 'nack' }
  | { readonly kind: 'interrupt' };

const start = 0x24; // $
const end = 0x23; // #
const escapeByte = 0x7d; // }
const nack = 0x2d; // -
const interrupt = 0x03;
/** Source: gdb's manual, "Overview": the byte after `}` is XORed with this. */
const escaped = 0x20;
const smallestBuffer = 1024;

/**
 * Finds packets in bytes that come in chunks of any size. Holds one packet at most. Bytes between
 * packets that mean nothing are skipped, acknowledgements among them.
 */
export class PacketReader {
  readonly #maxLength: number;
  #buffer: Uint8Array = new Uint8Array(smallestBuffer);
  #length = 0;
  #sum = 0;
  #isEscaped = false;
  #state: 'between' | 'body' | 'first digit' | 'second digit' = 'between';
  #firstDigit = 0;

  /** `maxLength` is the most bytes that a packet's body may have. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  *read(bytes: Uint8Array): Generator<PacketEvent, void, void> {
    for (const byte of bytes) {
      const event = this.#take(byte);
      if (event !== undefined) {
        yield event;
      }
    }
  }

  #take(byte: number): PacketEvent | undefined {
    switch (this.#state) {
      case 'between':
        return this.#between(byte);
      case 'body':
        this.#inBody(byte);
        return undefined;
      case 'first digit':
        this.#firstDigit = byte;
        this.#state = 'second digit';
        return undefined;
      case 'second digit':
        this.#state = 'between';
        return this.#packet(String.fromCharCode(this.#firstDigit, byte));
    }
  }

  #between(byte: number): PacketEvent | undefined {
    if (byte === start) {
      this.#begin();
    }
    return byte === nack
      ? { kind: 'nack' }
      : byte === interrupt
        ? { kind: 'interrupt' }
        : undefined;
  }

  #begin(): void {
    this.#length = 0;
    this.#sum = 0;
    this.#isEscaped = false;
    this.#state = 'body';
  }

  #inBody(byte: number): void {
    if (byte === start) {
      // The end of the packet before was lost.
      this.#begin();
      return;
    }
    if (byte === end) {
      this.#state = 'first digit';
      return;
    }
    this.#sum = (this.#sum + byte) & 0xff;
    if (byte === escapeByte && !this.#isEscaped) {
      this.#isEscaped = true;
      return;
    }
    this.#keep(this.#isEscaped ? byte ^ escaped : byte);
    this.#isEscaped = false;
  }

  #keep(byte: number): void {
    if (this.#length < this.#maxLength) {
      if (this.#length === this.#buffer.length) {
        const larger = new Uint8Array(Math.min(2 * this.#length, this.#maxLength));
        larger.set(this.#buffer);
        this.#buffer = larger;
      }
      this.#buffer[this.#length] = byte;
    }
    this.#length++;
  }

  #packet(digits: string): PacketEvent {
    if (this.#length > this.#maxLength) {
      return { kind: 'too-long' };
    }
    const isSound = /^[0-9a-f]{2}$/i.test(digits) && Number.parseInt(digits, 16) === this.#sum;
    const body = latin1Text(this.#buffer.subarray(0, this.#length));
    return { kind: 'packet', body, isSound };
  }
}
