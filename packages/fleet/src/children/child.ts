import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, ChildSettings, FromChild, Question } from './protocol.ts';
import { residentSizeOf } from './resident-size.ts';

export interface ChildLimits {
  readonly memoryInBytes: number;
  readonly milliseconds: number;
}

/** The end of a process. */
export interface Death {
  readonly kind: 'died';
  readonly because: string;
  /** Killed by none of ours: an operator, or a machine without memory. Perhaps not the dump. */
  readonly isByOthers: boolean;
}

/** How a question to a child ended. */
export type ChildEnd =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | Death
  /** It never was ready. */
  | { readonly kind: 'not-started'; readonly because: string }
  /** Its configuration is wrong: another child would fail too. */
  | { readonly kind: 'refused'; readonly because: string };

const main = fileURLToPath(new URL('./main.js', import.meta.url));
const pollEveryMilliseconds = 250;
/** A longer pause was the coordinator's: it was stopped, or the machine slept. */
const maxPollMilliseconds = 4 * pollEveryMilliseconds;
/** Loading the toolkit takes a second; a busy machine may need many. */
const startWithinMilliseconds = 120_000;
const keptStderrInCharacters = 4096;
const mebibyte = 1024 * 1024;

/** A process that reads dumps, one after the other. It may die of one. */
export class Child {
  /** How many dumps it was given. */
  count = 0;
  readonly #process: ChildProcess;
  readonly #limits: ChildLimits;
  readonly #ready: Promise<ChildEnd | null>;
  #stderr = '';
  #end: (end: ChildEnd) => void = () => {};
  #death: Death | undefined;

  constructor(
    limits: ChildLimits,
    config: ChildSettings['config'],
    remark: (text: string) => void,
  ) {
    this.#limits = limits;
    const settings: ChildSettings = { parentPid: process.pid, config };
    this.#process = fork(main, [JSON.stringify(settings)], {
      execArgv: [`--max-old-space-size=${Math.ceil(limits.memoryInBytes / mebibyte)}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderrInCharacters);
    });
    this.#ready = new Promise((resolve) => {
      this.#process.on('message', (message: FromChild) => {
        if (message.type === 'remark') {
          remark(message.text);
        } else if (message.type === 'ready') {
          resolve(null);
        } else if (message.type === 'failed') {
          resolve({ kind: 'refused', because: message.because });
        } else if (message.number === this.count) {
          this.#end({ kind: 'answer', answer: message.answer });
        }
      });
      const died = (death: Death): void => {
        this.#death ??= death;
        const { because } = this.#death;
        resolve({ kind: 'not-started', because: `a reader did not start: ${because}` });
        this.#end(this.#death);
      };
      this.#process.on('error', ({ message: because }) =>
        died({ kind: 'died', because, isByOthers: true }),
      );
      this.#process.on('close', (status, signal) => died(deathOf(status, signal, this.#stderr)));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it can be asked again. */
  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /** Reads a dump, within the limits. Ask nothing else until it has answered. Never rejects. */
  async read(asked: Omit<Question, 'number'>): Promise<ChildEnd> {
    const started = await this.#within(this.#ready, {
      milliseconds: startWithinMilliseconds,
      memoryInBytes: Number.POSITIVE_INFINITY,
    });
    if (started !== null) {
      return started.kind === 'died' ? { ...started, kind: 'not-started' } : started;
    }
    this.count++;
    const answer = new Promise<ChildEnd>((resolve) => {
      this.#end = resolve;
      if (this.#death !== undefined) {
        resolve(this.#death);
      } else {
        // If it does not arrive, the child is dead or dying.
        this.#process.send({ number: this.count, ...asked } satisfies Question, () => {});
      }
    });
    return await this.#within(answer, this.#limits);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Lets it end by itself. */
  retire(): void {
    if (this.#process.connected) {
      this.#process.disconnect();
    }
  }

  /** Kills the process if it takes more than the limits, and says so. */
  #within<End>(work: Promise<End>, limits: ChildLimits): Promise<End | ChildEnd> {
    return new Promise((resolve) => {
      let milliseconds = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        const now = performance.now();
        milliseconds += Math.min(now - last, maxPollMilliseconds);
        last = now;
        const size = this.#process.pid === undefined ? 0 : (residentSizeOf(this.#process.pid) ?? 0);
        const because =
          size > limits.memoryInBytes
            ? `it took more than ${Math.round(limits.memoryInBytes / mebibyte)} MiB of memory`
            : milliseconds > limits.milliseconds
              ? `it took more than ${Math.round(limits.milliseconds / 1000)} s`
              : undefined;
        if (because !== undefined) {
          clearInterval(timer);
          this.#death ??= { kind: 'died', because, isByOthers: false };
          this.kill();
          resolve(this.#death);
        }
      }, pollEveryMilliseconds);
      void work.then((end) => {
        clearInterval(timer);
        resolve(end);
      });
    });
  }
}

function deathOf(status: number | null, signal: string | null, stderr: string): Death {
  const because = /heap out of memory|Array buffer allocation failed/.test(stderr)
    ? 'it took more memory than a reader may have'
    : signal === null
      ? `it ended with status ${status}`
      : `it ended by ${signal}`;
  return { kind: 'died', because, isByOthers: signal === 'SIGKILL' };
}
