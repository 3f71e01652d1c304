import type { CallName, Calls } from '../../protocol/calls.ts';
import type { LocateRequest, OpenRequest } from '../../protocol/dump-calls.ts';
import type { Failure } from '../../protocol/messages.ts';
import type { SessionStart } from '../../protocol/session-start.ts';
import { CallError, cancelled } from './call-error.ts';
import { judgeHung, type WaitingCall } from './judge-hung.ts';
import { isPluginKey, ofPluginsAlone, withoutPlugins } from './leave-out-plugins.ts';
import { type CallOptions, SessionClient } from './session-client.ts';
import { startWorker } from './start-worker.ts';
import type { Hung } from './watch.ts';

/** A step that is cancelled, and does not come back in this time, ends with its worker. */
const cancelLimitInMilliseconds = 1000;
const stepLimitInMilliseconds = 10_000;
/** A dump for which workers were replaced so often, unasked, is not worth another one. */
const maxReplaced = 8;

interface Waiting extends WaitingCall {
  readonly options: CallOptions;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly client: SessionClient;
  /** Ends when the dump is open again in this worker. */
  readonly restored: Promise<void>;
}

/** What a supervisor brings back into a new worker. */
export interface Restorable {
  readonly opened: OpenRequest | null;
  readonly located: LocateRequest | null;
}

export const nothingOpen: Restorable = { opened: null, located: null };

/**
 * Keeps a worker that answers. A worker that hangs or dies is replaced: another one opens the same
 * files without what hung, and answers the calls that waited. Sends `hung` when something did.
 */
export class Supervisor extends EventTarget {
  /** What hung since the dump was opened. */
  readonly hung: Hung[] = [];
  readonly #waiting: Set<Waiting> = new Set();
  #start: SessionStart;
  #running: Running | null = null;
  #restorable: Restorable;
  /** Workers that died since one answered. */
  #deaths = 0;
  /** Workers that were replaced since the dump was chosen, or plug-ins were. */
  #replaced = 0;

  constructor(start: Partial<SessionStart> = {}, restorable: Restorable = nothingOpen) {
    super();
    this.#start = { plugins: [], leftOut: {}, stepLimitInMilliseconds, ...start };
    this.#restorable = restorable;
  }

  /** Starts the worker before the first call, which then need not wait for it. */
  warmUp(): void {
    this.#running ??= this.#run();
  }

  /** What another supervisor needs to be about the same dump. */
  get restorable(): Restorable {
    return this.#restorable;
  }

  get start(): SessionStart {
    return this.#start;
  }

  /** Changes how workers start; the next one opens the same dump, or the given one. */
  restartWith(start: Partial<SessionStart>, restorable: Restorable = this.#restorable): void {
    this.#restorable = restorable;
    this.#start = { ...this.#start, ...start };
    this.#replaced = 0;
    this.#restart();
    this.warmUp();
  }

  /** Throws `CallError`. */
  call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    options: CallOptions = {},
  ): Promise<Calls[Name]['answer']> {
    if (name === 'open') {
      this.#leave();
    }
    return new Promise<Calls[Name]['answer']>((resolve, reject) => {
      const waiting: Waiting = { name, given, options, resolve, reject };
      this.#waiting.add(waiting);
      options.signal?.addEventListener('abort', () => this.#cancel(waiting), { once: true });
      this.#send(waiting);
    });
  }

  /** Ends the worker. The next call starts another one. */
  close(): void {
    this.#fail(cancelled);
    this.#running?.client.terminate();
    this.#running = null;
  }

  /** Another dump comes: what is known of the one before, also of what hung in it, is over. */
  #leave(): void {
    // Plug-ins are loaded for any dump: what became of them stays.
    const isOfDump = ({ name }: Waiting): boolean => name !== 'plugins';
    const isBusy = [...this.#waiting].some(isOfDump);
    this.#fail(cancelled, isOfDump);
    this.#restorable = nothingOpen;
    const kept = this.hung.filter(({ what }) => isPluginKey(what));
    this.#replaced = 0;
    if (isBusy || this.hung.length > kept.length) {
      this.hung.splice(0, Infinity, ...kept);
      this.restartWith({ leftOut: ofPluginsAlone(this.#start.leftOut) });
    }
  }

  #send(waiting: Waiting): void {
    this.#running ??= this.#run();
    const { client, restored } = this.#running;
    const { name, given, options } = waiting;
    const isLost = (): boolean =>
      this.#running?.client !== client || !this.#waiting.delete(waiting);
    restored
      .then(() => client.call(name, given, options))
      .then(
        (answer) => {
          if (!isLost()) {
            this.#note(waiting);
            waiting.resolve(answer as never);
          }
        },
        (error: unknown) => {
          if (!isLost()) {
            waiting.reject(error);
          }
        },
      );
  }

  #note({ name, given }: Waiting): void {
    this.#deaths = 0;
    if (name === 'open') {
      this.#restorable = { opened: given as OpenRequest, located: null };
    } else if (name === 'locate') {
      this.#restorable = { ...this.#restorable, located: given as LocateRequest };
    }
  }

  #run(): Running {
    const script = this.#start.plugins.length === 0 ? 'worker.js' : 'plugin-worker.js';
    const client = new SessionClient(startWorker(script), this.#start, {
      onHung: (hung) => this.#takeHung(hung),
      onDied: (because) => this.#takeDeath(because),
      onStray: ({ because, file }) => this.#leaveOutPlugins(because, file),
      onSilent: () => this.#takeSilence(),
    });
    const restored = this.#restore(client);
    // Each call reports it.
    restored.catch(() => undefined);
    return { client, restored };
  }

  async #restore(client: SessionClient): Promise<void> {
    const { opened, located } = this.#restorable;
    if (opened !== null) {
      await client.call('open', opened);
      if (located !== null && ![...this.#waiting].some(({ name }) => name === 'locate')) {
        await client.call('locate', located);
      }
    }
  }

  /** Where no call waits, the next one starts the worker. */
  #restart(): void {
    this.#running?.client.terminate();
    this.#running = null;
    for (const waiting of this.#waiting) {
      this.#send(waiting);
    }
  }

  #takeHung(hung: Hung): void {
    this.hung.push(hung);
    const { what, limitInMilliseconds: milliseconds } = hung;
    const { leftOut } = this.#start;
    const judgement = judgeHung(hung, [...this.#waiting], leftOut);
    if (judgement.kind === 'leave-out') {
      if (this.#isReplacedTooOften()) {
        return;
      }
      this.#start = { ...this.#start, leftOut: { ...leftOut, [what]: judgement.because } };
    } else {
      const message = `${what} ran past its time limit of ${milliseconds} ms`;
      const facts = { what, milliseconds };
      this.#fail({ code: 'timed-out', message, facts }, judgement.isMeant);
    }
    this.#restart();
    this.dispatchEvent(new Event('hung'));
  }

  /** Goes on without a plug-in, or without any. False where none is left. */
  #leaveOutPlugins(because: string, file: string | null = null): boolean {
    const leftOut = withoutPlugins(this.#start, because, file);
    if (leftOut === undefined) {
      return false;
    }
    this.#start = { ...this.#start, leftOut };
    this.#restart();
    this.dispatchEvent(new Event('hung'));
    return true;
  }

  #takeSilence(): void {
    const milliseconds = this.#start.stepLimitInMilliseconds * 3;
    this.#leaveOutPlugins(`ran in a worker that took no message for ${milliseconds} ms`);
  }

  /** After too many it goes on without plug-ins; without those, what waits fails. */
  #isReplacedTooOften(): boolean {
    this.#replaced += 1;
    if (this.#replaced <= maxReplaced) {
      return false;
    }
    this.#replaced = 0;
    if (!this.#leaveOutPlugins(`ran while ${maxReplaced} workers hung, one after another`)) {
      this.#giveUp(`${maxReplaced} workers that read the dump hung, one after another`);
    }
    return true;
  }

  #takeDeath(because: string): void {
    const ended = because === '' ? '' : `: ${because}`;
    if (this.#leaveOutPlugins(`ran in a worker that ended by itself${ended}`)) {
      return;
    }
    this.#deaths += 1;
    if (this.#deaths === 1) {
      this.#restart();
      return;
    }
    this.#deaths = 0;
    const reason = because === '' ? 'it may need more memory than there is' : because;
    this.#giveUp(`the worker that reads the dump ended twice: ${reason}`);
  }

  #giveUp(message: string): void {
    this.#running?.client.terminate();
    this.#running = null;
    this.#fail({ code: 'worker-died', message, facts: {} });
  }

  #cancel(waiting: Waiting): void {
    window.setTimeout(() => {
      if (this.#waiting.delete(waiting)) {
        waiting.reject(new CallError(cancelled));
        this.#restart();
      }
    }, cancelLimitInMilliseconds);
  }

  #fail(failure: Failure, isMeant: (waiting: Waiting) => boolean = () => true): void {
    for (const waiting of [...this.#waiting].filter(isMeant)) {
      this.#waiting.delete(waiting);
      waiting.reject(new CallError(failure));
    }
  }
}
