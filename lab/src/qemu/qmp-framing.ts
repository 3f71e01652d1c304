/** A message of QEMU on its control channel: the greeting, an answer, an error, or an event. */
export interface QmpMessage {
  readonly QMP?: unknown;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly id?: number;
}

/**
 * Splits QMP's stream into messages: one JSON text a line, however the stream was cut in transit.
 */
export class QmpFraming {
  #rest = '';

  /** @throws {SyntaxError} for a line that is not JSON. */
  push(chunk: string): readonly QmpMessage[] {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as QmpMessage);
  }
}
