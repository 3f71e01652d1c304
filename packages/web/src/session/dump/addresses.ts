import { openUrl, openUrlBeside, type Pinned, type UrlOptions } from '@vmcorekit/browser';
import { type ByteSource, TransferBudget } from '@vmcorekit/core';
import type { AddressRequest } from '../../protocol/dump-calls.ts';
import type { SessionHost } from '../session-host.ts';

/** Opens files on servers for one dump after the other, and reports what they cost. */
export class Addresses {
  readonly #host: Pick<SessionHost, 'announce' | 'transferred'>;
  #budget: TransferBudget = new TransferBudget(0);
  #elsewhereInBytes = 0;
  #pinned: Pinned | null = null;

  constructor(host: Pick<SessionHost, 'announce' | 'transferred'>) {
    this.#host = host;
  }

  /** Opens a file, and finds others beside it, all within its limit. Throws what `openUrl` does. */
  of({ url, maxTransferInBytes, elsewhereInBytes = 0, pinned }: AddressRequest): OpenerAtAddress {
    const budget = new TransferBudget(maxTransferInBytes);
    this.#budget = budget;
    this.#elsewhereInBytes = 0;
    this.noteElsewhere(elsewhereInBytes);
    const account = { requests: 0, bytesFetched: 0 };
    const report = (): void => {
      this.#host.transferred({ ...account, leftInBytes: budget.leftInBytes });
    };
    const options: UrlOptions = {
      budget,
      account,
      pinned,
      onWait: (isWaiting) => {
        this.#host.announce({ phase: isWaiting ? 'wait' : 'resume' });
        report();
      },
    };
    return {
      open: async () => {
        const source = await openUrl(url, options).finally(report);
        this.#pinned = source.pinned;
        return source;
      },
      beside: (name) => openUrlBeside(url, name, options).finally(report),
    };
  }

  /** The version of the file that was opened last. */
  get pinned(): Pinned | null {
    return this.#pinned;
  }

  /** Takes what other workers have fetched in all out of the limit of the dump. */
  noteElsewhere(elsewhereInBytes: number): void {
    const more = Math.max(0, elsewhereInBytes - this.#elsewhereInBytes);
    this.#elsewhereInBytes += more;
    this.#budget.spend(Math.min(more, this.#budget.leftInBytes));
  }
}

/** A file on a server, and what lies beside it. */
export interface OpenerAtAddress {
  readonly open: () => Promise<ByteSource>;
  /** Undefined where there is none of that name. */
  readonly beside: (name: string) => Promise<ByteSource | undefined>;
}
