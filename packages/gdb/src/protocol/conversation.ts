import { latin1Text } from '@vmcorekit/core';
import type { GdbTarget, GdbThread, Interruption } from '../gdb-target.ts';
import { utf8Bytes } from './packet-text.ts';

/** What one client has chosen and asked for. */
export class Conversation {
  readonly target: GdbTarget;
  /** Ends a long answer. */
  readonly interruption: Interruption;
  /** True once both sides stop sending acknowledgements. */
  withoutAcks = false;
  hasEnded = false;
  /** Threads that `qsThreadInfo` has not listed yet. */
  unlisted: readonly GdbThread[] = [];
  #chosen: GdbThread | undefined;
  #byId: ReadonlyMap<number, GdbThread> | undefined;
  readonly #documents = new Map<string, string>();

  constructor(target: GdbTarget, interruption: Interruption) {
    this.target = target;
    this.interruption = interruption;
  }

  /**
   * The thread whose registers are asked for: at first the first one that has registers, because
   * gdb leaves a target whose thread has no pc. Undefined where the target has no threads.
   */
  get thread(): GdbThread | undefined {
    this.#chosen ??= this.#firstThread();
    return this.#chosen;
  }

  #firstThread(): GdbThread | undefined {
    const threads = this.target.threads();
    return threads.find((thread) => this.target.registersOf(thread) !== null) ?? threads[0];
  }

  choose(thread: GdbThread | undefined): void {
    this.#chosen = thread;
  }

  threadWith(id: number): GdbThread | undefined {
    this.#byId ??= new Map(this.target.threads().map((thread) => [thread.id, thread]));
    return this.#byId.get(id);
  }

  /**
   * A document that a client reads in pieces, one character a byte: made at its first piece, kept
   * for the others.
   */
  document(
    name: string,
    isFirstPiece: boolean,
    make: () => string | undefined,
  ): string | undefined {
    const kept = isFirstPiece ? undefined : this.#documents.get(name);
    const text = kept ?? make();
    const bytes = text === undefined || text === kept ? text : latin1Text(utf8Bytes(text));
    if (bytes !== undefined) {
      this.#documents.set(name, bytes);
    }
    return bytes;
  }
}
