import { StringDecoder } from 'node:string_decoder';
import type { OutputStream } from '../io.ts';

interface Piece {
  readonly text: string;
  readonly done: () => void;
}

/** An output stream whose text is read piece by piece. A writer waits until its piece was read. */
export class TextChannel implements OutputStream {
  readonly columns: number;
  readonly #pieces: Piece[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #wake: (() => void) | undefined;
  #isEnded = false;
  #isClosed = false;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): void {
    if (this.#isClosed) {
      done(Object.assign(new Error('its reader has gone'), { code: 'EPIPE' }));
      return;
    }
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    this.#pieces.push({ text, done });
    this.#wake?.();
  }

  /** Ends the text: nothing more will be written. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** Its reader has gone: all that waits, and all that is written, fails. */
  close(): void {
    this.#isClosed = true;
    for (const { done } of this.#pieces.splice(0)) {
      done();
    }
  }

  async *read(): AsyncGenerator<string, void, void> {
    while (true) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        yield piece.text;
        piece.done();
      } else if (this.#isEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
