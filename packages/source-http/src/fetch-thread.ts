import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Worker,
} from 'node:worker_threads';
import { startWorker } from '@vmcorekit/node';
import type { Answer, Fetcher } from './fetcher.ts';
import { interruptibleWait } from './interruptible-wait.ts';
import type { Question, Start } from './protocol.ts';
import { hearSignal, watchedSignals } from './signals.ts';

/** A thread that lives counts seconds. On a busy machine it may be late. */
const silenceInMilliseconds = 60_000;

type Asked = Question extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'id'>
    : never
  : never;

/**
 * A thread that fetches while this one sleeps, so that reads can be synchronous. It keeps neither
 * the program nor a test from ending.
 */
export class FetchThread implements Fetcher {
  readonly isAside = true;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #counters: Int32Array = new Int32Array(new SharedArrayBuffer(12));
  readonly #asked: Map<number, (answer: Answer) => void> = new Map();
  #lastId = 0;
  #waitingCount = 0;
  #end: string | null = null;
  #isTaking = false;
  #lostCount = 0;

  /** `workerUrl` is a module that calls `serveFetching`. */
  constructor(workerUrl: URL) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.on('message', (answer: Answer) => this.#take(answer)).unref();
    this.#worker = startWorker(workerUrl, null, { stdout: true, stderr: true });
    this.#worker.unref();
    // It reports by its answers only. Each thread that shared stderr would add a listener there.
    // Not `resume()`: a stream that is read keeps the process alive until the thread ends.
    this.#worker.stdout.destroy();
    this.#worker.stderr.destroy();
    this.#worker.once('error', ({ message }) => this.#ended(message));
    this.#worker.once('exit', () => this.#ended('it ended'));
    const start: Start = {
      port: port2,
      counters: this.#counters,
      signals: isMainThread ? watchedSignals() : [],
    };
    this.#worker.postMessage(start, [port2]);
  }

  /** Whether a thread can be asked: one that failed is replaced. */
  get isAlive(): boolean {
    return this.#end === null;
  }

  /**
   * Counts the times when a guard ended the taking of an answer: it is lost then, and the caller
   * that waits for it must ask again.
   */
  get lostCount(): number {
    return this.#lostCount;
  }

  /** Asks, and goes on. `onAnswer` is called at the next wait, or from the event loop. */
  ask(question: Asked, onAnswer: (answer: Answer) => void): void {
    const id = ++this.#lastId;
    if (this.#end !== null) {
      onAnswer(this.#failedAnswer(id, this.#end));
      return;
    }
    this.#asked.set(id, onAnswer);
    this.#port.postMessage({ ...question, id }, []);
  }

  /** Asks, and lets the event loop run meanwhile. */
  async answerTo(question: Asked): Promise<Answer> {
    if (this.#waitingCount++ === 0) {
      this.#port.ref();
    }
    try {
      return await new Promise((resolve) => {
        this.ask(question, resolve);
      });
    } finally {
      if (--this.#waitingCount === 0) {
        this.#port.unref();
      }
    }
  }

  /** Says something that has no answer. */
  send(question: Asked): void {
    this.#port.postMessage({ ...question, id: ++this.#lastId }, []);
  }

  /** Takes the answers that are there. */
  takeAnswers(): void {
    if (this.#isTaking) {
      this.#lostCount++;
    }
    this.#isTaking = true;
    for (
      let received = receiveMessageOnPort(this.#port);
      received !== undefined;
      received = receiveMessageOnPort(this.#port)
    ) {
      this.#take(received.message as Answer);
    }
    this.#isTaking = false;
  }

  /** Sleeps until answers have made something so. */
  waitUntil(isSo: () => boolean): void {
    for (;;) {
      const count = Atomics.load(this.#counters, 0);
      this.takeAnswers();
      if (isSo()) {
        return;
      }
      const seconds = Atomics.load(this.#counters, 1);
      const woken = interruptibleWait(this.#counters, 0, count, silenceInMilliseconds);
      hearSignal(Atomics.exchange(this.#counters, 2, 0));
      if (woken === 'timed-out' && Atomics.load(this.#counters, 1) === seconds) {
        this.#ended('it does not answer');
      }
    }
  }

  #take(answer: Answer): void {
    const onAnswer = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    onAnswer?.(answer);
  }

  #ended(because: string): void {
    this.#end ??= because;
    for (const id of [...this.#asked.keys()]) {
      this.#take(this.#failedAnswer(id, because));
    }
  }

  #failedAnswer(id: number, because: string): Answer {
    const fault = { because: `the thread that fetches failed: ${because}`, kind: 'final' } as const;
    return { id, traffic: { requests: 0, bytesFetched: 0 }, fault };
  }
}
