import { type SourceOptions, VmcorekitError } from '@vmcorekit/core';
import { openingError } from './fault.ts';
import { FetchThread } from './fetch-thread.ts';
import type { Patience } from './patience.ts';
import { blockSizeInBytes, RemoteSource } from './remote-source.ts';

/**
 * Opens addresses of http and https through one thread, which starts with the first file. An opener
 * of other schemes translates them to such addresses, and gives the module of a thread that signs.
 */
export class RemoteFiles {
  readonly #workerUrl: URL;
  readonly #patience: Patience | undefined;
  #thread: FetchThread | null = null;
  #lastId = 0;

  /** `workerUrl` is a module that calls `serveFetching`. */
  constructor(workerUrl: URL, patience?: Patience) {
    this.#workerUrl = workerUrl;
    this.#patience = patience;
  }

  /**
   * `name` is the file's name in messages. Throws `io`, a `MissingError` for a missing file, and
   * `transfer-limit`.
   */
  async open(url: string, name: string, { budget }: SourceOptions = {}): Promise<RemoteSource> {
    if (!URL.canParse(url)) {
      throw new VmcorekitError('io', { file: name, because: 'this is no valid address' });
    }
    if (budget?.spend(blockSizeInBytes) === false) {
      throw new VmcorekitError('transfer-limit', { file: name, limitInBytes: budget.limitInBytes });
    }
    if (this.#thread?.isAlive !== true) {
      this.#thread = new FetchThread(this.#workerUrl);
    }
    const thread = this.#thread;
    const id = ++this.#lastId;
    const answer = await thread.answerTo({
      kind: 'open',
      source: id,
      url,
      headLengthInBytes: blockSizeInBytes,
      patience: this.#patience,
    });
    if ('fault' in answer || answer.pinned === null) {
      thread.send({ kind: 'close', source: id });
      throw openingError(
        name,
        'fault' in answer ? answer.fault : { because: 'nothing is known of it', kind: 'final' },
      );
    }
    const { pinned, bytes, traffic } = answer;
    return new RemoteSource(thread, { name, id, pinned, head: bytes, transfer: traffic, budget });
  }
}
