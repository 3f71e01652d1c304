import type { GuardedWork } from '@vmcorekit/browser';
import type { CallName, Calls } from '../../protocol/calls.ts';
import type { FromWorker, Progress, ToWorker } from '../../protocol/messages.ts';
import { CallError } from './call-error.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface Waiting {
  readonly resolve: (answer: Calls[CallName]['answer']) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: CallOptions['onProgress'];
}

/** Asks one worker, and hands its answers to those who wait for them. */
export class SessionClient {
  readonly #worker: Worker;
  readonly #waiting: Map<number, Waiting> = new Map();
  #lastId = 0;

  /** @param onGuarded learns what the worker is about to run, and that it came back */
  constructor(worker: Worker, onGuarded: (work: GuardedWork) => void) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'guarded') {
        onGuarded(data.work);
      } else {
        this.#take(data);
      }
    });
    worker.addEventListener('error', ({ message }) => {
      this.end({ code: 'internal', message: `the worker failed: ${message}`, facts: {} });
    });
  }

  /** Throws `CallError`. */
  call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    { signal, onProgress }: CallOptions = {},
  ): Promise<Calls[Name]['answer']> {
    signal?.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const cancel = (): void => this.#post({ kind: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    return new Promise<Calls[CallName]['answer']>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#post({ kind: 'call', id, name, given });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Ends the worker in mid-step. All who wait get the failure. */
  end(failure: ConstructorParameters<typeof CallError>[0]): void {
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) {
      reject(new CallError(failure));
    }
    this.#waiting.clear();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: Exclude<FromWorker, { kind: 'guarded' }>): void {
    const waiting = this.#waiting.get(message.id);
    if (message.kind === 'progress') {
      waiting?.onProgress?.(message.progress);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') {
      waiting?.resolve(message.answer);
    } else {
      waiting?.reject(new CallError(message.failure));
    }
  }
}
