import type { Transfer } from '@vmcorekit/core';
import type { CallName, Calls } from '../../protocol/calls.ts';
import type { LocateRequest, OpenedFiles, OpenRequest } from '../../protocol/dump-calls.ts';
import type { Failure } from '../../protocol/messages.ts';
import type { SessionStart } from '../../protocol/session-start.ts';
import { CallError, cancelled } from './call-error.ts';
import { judgeHung, type WaitingCall } from './judge-hung.ts';
import { isPluginKey, ofPluginsAlone, withoutPlugins } from './leave-out-plugins.ts';
import { type CallOptions, SessionClient } from './session-client.ts';
import { startWorker } from './start-worker.ts';
import { nothingFetched, sumOf } from './transfers.ts';
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

/** The same request, for the version of a file on a server that was opened. */
function ofVersion(request: OpenRequest, { pinned }: OpenedFiles): OpenRequest {
  const { address } = request;
  return address === undefined || pinned === null
    ? request
    : { ...request, address: { ...address, pinned } };
}

export const nothingOpen: Restorable = { opened: null, located: null };

/**
 * Keeps a worker that answers. A worker that hangs or dies is replaced: another one opens the same
 * files without what hung, and answers the calls that waited. Sends `hung` when something did, and
 * `transfer` when something was fetched.
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
  /** Whether the dump that is open, or is opened next, lies on a server. */
  #isRemote: boolean;
  /** What the workers before this one have fetched for the dump. */
  #transferBefore: Transfer = nothingFetched;
  #transferNow: Transfer = nothingFetched;
  #elsewhereInBytes = 0;
  /** Workers that were replaced since the dump was chosen, or plug-ins were. */
  #replaced = 0;

  constructor(start: Partial<SessionStart> = {}, restorable: Restorable = nothingOpen) {
    super();
    this.#start = { plugins: [], leftOut: {}, stepLimitInMilliseconds, ...start };
    this.#restorable = restorable;
    this.#isRemote = restorable.opened?.address !== undefined;
  }

  /** What has gone over the network for the dump, also for workers that were replaced. */
  get transfer(): Transfer {
    return sumOf(this.#transferBefore, this.#transferNow);
  }

  /** Notes what another supervisor has fetched for the same dump: both have one limit. */
  noteElsewhere(elsewhereInBytes: number): void {
    this.#elsewhereInBytes = elsewhereInBytes;
    if (this.#isRemote && this.#running !== null) {
      const { client, restored } = this.#running;
      const given = { elsewhereInBytes: this.#elsewhere };
      // A worker that does not open the dump fetches nothing.
      restored.then(() => client.call('fetchedElsewhere', given)).catch(() => undefined);
    }
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
      this.#leave(given as OpenRequest);
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
  #leave({ address }: OpenRequest): void {
    // Plug-ins are loaded for any dump: what became of them stays.
    const isOfDump = ({ name }: Waiting): boolean => name !== 'plugins';
    const isBusy = [...this.#waiting].some(isOfDump);
    this.#fail(cancelled, isOfDump);
    this.#restorable = nothingOpen;
    const kept = this.hung.filter(({ what }) => isPluginKey(what));
    this.#replaced = 0;
    const isElsewhere = this.#isRemote !== (address !== undefined);
    this.#isRemote = address !== undefined;
    this.#transferBefore = nothingFetched;
    this.#transferNow = nothingFetched;
    this.#elsewhereInBytes = 0;
    if (isBusy || isElsewhere || this.hung.length > kept.length) {
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
    const asked = name === 'open' ? this.#limited(given as OpenRequest) : given;
    restored
      .then(() => client.call(name, asked, options))
      .then(
        (answer) => {
          if (!isLost()) {
            this.#note(waiting, answer);
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

  /** What was fetched for the dump, but not by the worker that runs. */
  get #elsewhere(): number {
    return this.#transferBefore.bytesFetched + this.#elsewhereInBytes;
  }

  #limited(request: OpenRequest): OpenRequest {
    const { address } = request;
    return address === undefined
      ? request
      : { ...request, address: { ...address, elsewhereInBytes: this.#elsewhere } };
  }

  #note({ name, given }: Waiting, answer: Calls[CallName]['answer']): void {
    this.#deaths = 0;
    if (name === 'open') {
      this.#restorable = {
        opened: ofVersion(given as OpenRequest, answer as OpenedFiles),
        located: null,
      };
    } else if (name === 'locate') {
      this.#restorable = { ...this.#restorable, located: given as LocateRequest };
    }
  }

  #run(): Running {
    const isConfined = this.#start.plugins.length > 0;
    const script = isConfined
      ? 'plugin-worker.js'
      : this.#isRemote
        ? 'remote-worker.js'
        : 'worker.js';
    this.#transferBefore = this.transfer;
    this.#transferNow = nothingFetched;
    const client = new SessionClient(startWorker(script), this.#start, {
      onHung: (hung) => this.#takeHung(hung),
      onDied: (because) => this.#takeDeath(because),
      onStray: ({ because, file }) => this.#leaveOutPlugins(because, file),
      onSilent: () => this.#takeSilence(),
      onTransfer: (transfer) => {
        this.#transferNow = transfer;
        this.dispatchEvent(new Event('transfer'));
      },
    });
    const restored = this.#restore(client);
    // Each call reports it.
    restored.catch(() => undefined);
    return { client, restored };
  }

  async #restore(client: SessionClient): Promise<void> {
    const { opened, located } = this.#restorable;
    if (opened !== null) {
      await client.call('open', this.#limited(opened));
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
