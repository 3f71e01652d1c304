import type { Transfer } from '@vmcorekit/core';
import type { CallName, Calls } from '../../protocol/calls.ts';
import type { FromWorker, Progress, StrayError, ToWorker } from '../../protocol/messages.ts';
import type { SessionStart } from '../../protocol/session-start.ts';
import { CallError, cancelled } from './call-error.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Hung, Watch } from './watch.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What a worker does that is no answer. */
export interface WorkerEvents {
  readonly onHung: (hung: Hung) => void;
  /** It ended by itself, as one does that has no memory left. */
  readonly onDied: (because: string) => void;
  readonly onStray: (stray: StrayError) => void;
  /** It took no message for three steps' time; only one with plug-ins is asked. */
  readonly onSilent: () => void;
  readonly onTransfer: (transfer: Transfer) => void;
}

interface Waiting {
  readonly resolve: (answer: Calls[CallName]['answer']) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: CallOptions['onProgress'];
}

/** Asks one worker, and hands its answers to those who wait for them. */
export class SessionClient {
  readonly #worker: Worker;
  readonly #watch: Watch;
  readonly #heartbeat: Heartbeat | null;
  readonly #waiting: Map<number, Waiting> = new Map();
  #lastId = 0;

  constructor(worker: Worker, start: SessionStart, events: WorkerEvents) {
    const { onHung, onDied, onStray, onSilent, onTransfer } = events;
    this.#worker = worker;
    this.#watch = new Watch(onHung);
    this.#heartbeat =
      start.plugins.length === 0
        ? null
        : new Heartbeat(start.stepLimitInMilliseconds, () => this.#ping(), onSilent);
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      this.#heartbeat?.heard();
      switch (data.kind) {
        case 'guarded':
          this.#watch.take(data.work);
          break;
        case 'stray':
          onStray(data.stray);
          break;
        case 'transfer':
          onTransfer(data.transfer);
          break;
        case 'pong':
          break;
        default:
          this.#take(data);
      }
    });
    worker.addEventListener('error', ({ message }) => onDied(message));
    worker.addEventListener('messageerror', () => onDied('its answer cannot be read'));
    this.#post({ kind: 'start', start });
  }

  /** Throws `CallError`. */
  async call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    { signal, onProgress }: CallOptions = {},
  ): Promise<Calls[Name]['answer']> {
    if (signal?.aborted === true) {
      throw new CallError(cancelled);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const cancel = (): void => this.#post({ kind: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    return await new Promise<Calls[CallName]['answer']>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#post({ kind: 'call', id, name, given });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Ends the worker in mid-step. Its calls never end. */
  terminate(): void {
    this.#watch.stop();
    this.#heartbeat?.stop();
    this.#worker.terminate();
    this.#waiting.clear();
  }

  /** A guarded step has its own limit. */
  #ping(): boolean {
    const isNeeded = this.#waiting.size > 0 && !this.#watch.isRunning;
    if (isNeeded) {
      this.#post({ kind: 'ping' });
    }
    return isNeeded;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: Extract<FromWorker, { readonly id: number }>): void {
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
