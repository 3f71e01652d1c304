import { parentPort } from 'node:worker_threads';
import { Connections } from './connections.ts';
import { faultOf } from './fault.ts';
import type { Answer } from './fetcher.ts';
import { usualPatience } from './patience.ts';
import type { Question, Start } from './protocol.ts';
import { type Exchange, RangeClient } from './range-client.ts';
import { watchSignals } from './watch-signals.ts';

export { Fault } from './fault.ts';
export type { Exchange, Send } from './range-client.ts';
export { statusFault } from './status-fault.ts';

const beatInMilliseconds = 1000;

/**
 * Runs in a thread: answers a `FetchThread`, whose thread sleeps until then. `exchange` sends its
 * requests: signed ones, for example.
 */
export function serveFetching(exchange?: Exchange): void {
  parentPort?.once('message', ({ port, counters, signals }: Start) => {
    const server = new FetchServer(exchange);
    const wake = (): void => {
      Atomics.add(counters, 0, 1);
      Atomics.notify(counters, 0);
    };
    watchSignals(signals, (number) => {
      Atomics.store(counters, 2, number);
      wake();
    });
    setInterval(() => Atomics.add(counters, 1, 1), beatInMilliseconds).unref();
    port.on('message', (question: Question) => {
      void server.answer(question).then((answer) => {
        if (answer === undefined) {
          return;
        }
        const transferred = 'bytes' in answer ? [answer.bytes.buffer as ArrayBuffer] : [];
        port.postMessage(answer, transferred);
        wake();
      });
    });
  });
}

class FetchServer {
  readonly #exchange: Exchange | undefined;
  readonly #clients: Map<number, RangeClient> = new Map();
  readonly #connections: Connections = new Connections(
    process.env,
    usualPatience.windowInMilliseconds,
  );

  constructor(exchange: Exchange | undefined) {
    this.#exchange = exchange;
  }

  /** Undefined for what has no answer. */
  async answer(question: Question): Promise<Answer | undefined> {
    const { id, source } = question;
    if (question.kind === 'close') {
      this.#clients.delete(source);
      return undefined;
    }
    try {
      if (question.kind === 'open') {
        this.#clients.set(source, this.#clientFor(question));
      }
      const client = this.#clients.get(source);
      if (client === undefined) {
        throw new Error('asked for a file that is not open');
      }
      const { bytes, pinned } =
        question.kind === 'open'
          ? await opened(client, question.headLengthInBytes)
          : { bytes: await client.fetch(question.start, question.end), pinned: null };
      return { id, traffic: { ...client.traffic }, bytes, pinned };
    } catch (error) {
      const { because, kind } = faultOf(error, 'the server');
      const traffic = this.#clients.get(source)?.traffic ?? { requests: 0, bytesFetched: 0 };
      return { id, traffic: { ...traffic }, fault: { because, kind } };
    }
  }

  #clientFor({ url, patience }: Extract<Question, { kind: 'open' }>): RangeClient {
    const connections =
      patience === undefined
        ? this.#connections
        : new Connections(process.env, patience.windowInMilliseconds);
    return new RangeClient(new URL(url), { connections, exchange: this.#exchange, patience });
  }
}

async function opened(
  client: RangeClient,
  headLengthInBytes: number,
): Promise<Pick<Extract<Answer, { bytes: unknown }>, 'bytes' | 'pinned'>> {
  const { head, pinned } = await client.open(headLengthInBytes);
  return { bytes: head, pinned };
}
