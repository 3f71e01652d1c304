import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { type Received, type Refusal, receivedLine, refusedLength } from './received-line.ts';

const newline = 0x0a;
/** As long as the library's own transport takes. The longest request of these tools is far less. */
const maxLineBytes = 10 * 1024 * 1024;

/**
 * Messages as lines, over standard input and output. The library's own transport ends at a line
 * that is too long, gives no answer to a malformed request, and listens once more to the output for
 * each answer that waits.
 */
export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #maxLineBytes: number;
  #pieces: Buffer[] = [];
  #length = 0;
  #isClosed = false;
  /** Those that wait until the output takes more. */
  #waiting: (() => void)[] = [];

  constructor(input: Readable, output: Writable, maxBytes: number = maxLineBytes) {
    this.#input = input;
    this.#output = output;
    this.#maxLineBytes = maxBytes;
  }

  async start(): Promise<void> {
    const close = () => void this.close();
    this.#input.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#input.on('error', (error) => this.onerror?.(error));
    this.#input.on('end', close);
    this.#input.on('close', close);
    this.#output.on('drain', () => this.#release());
    this.#output.on('error', (error) => {
      if (!this.#isClosed) {
        this.onerror?.(error);
        void this.close();
      }
    });
  }

  /** Rejects where the client has gone. */
  async send(message: JSONRPCMessage): Promise<void> {
    await this.#write(message);
  }

  async close(): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    this.#input.pause();
    this.#pieces = [];
    this.#release();
    this.onclose?.();
  }

  /** A line that is too long keeps nothing but its length. */
  #take(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      this.#endLine();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#maxLineBytes) {
      this.#pieces = [];
    } else if (piece.length > 0) {
      this.#pieces.push(piece);
    }
  }

  #endLine(): void {
    const received =
      this.#length > this.#maxLineBytes
        ? refusedLength(this.#maxLineBytes)
        : receivedLine(Buffer.concat(this.#pieces).toString('utf8'));
    this.#pieces = [];
    this.#length = 0;
    if (received !== undefined && !this.#isClosed) {
      this.#deliver(received);
    }
  }

  #deliver(received: Received): void {
    if (received.kind === 'message') {
      this.onmessage?.(received.message);
      return;
    }
    this.onerror?.(new Error(received.because));
    if (received.answer !== undefined) {
      // A client that has gone needs no answer.
      this.#write(received.answer).catch(() => {});
    }
  }

  async #write(message: JSONRPCMessage | Refusal): Promise<void> {
    if (this.#isClosed) {
      throw new Error('the client has gone');
    }
    if (!this.#output.write(`${JSON.stringify(message)}\n`)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) {
      wake();
    }
  }
}
