import {
  type ByteRange,
  type ByteSource,
  type Transfer,
  type TransferBudget,
  VmcorekitError,
} from '@vmcorekit/core';
import { BlockCache } from './block-cache.ts';
import { type BlockRun, FetchPlan, type FetchSizes } from './fetch-plan.ts';
import type { Answer, Fetcher } from './fetcher.ts';
import { type Pinned, versionOf } from './pinning.ts';

export const blockSizeInBytes: number = 256 * 1024;
/**
 * Chosen by the reads of probes of 14 guests: 4 blocks as the most cost up to two more requests, 8
 * up to 3 MB more. With one block first, half of them took more than 24 requests. `bt -a` takes 57
 * requests instead of 81 by the later sizes, and 61 MB instead of 46.
 */
const sizes: FetchSizes = {
  first: 2,
  most: 6,
  later: { afterMisses: 20, first: 8, most: 16 },
  inOrder: 16,
  untilInOrder: 32,
};
const cacheSizeInBytes: number = 64 * 1024 * 1024;
/** `verify` with a server 20 ms away was an eighth faster by 3 than by 2, in each of 3 runs. */
const runsAhead = 3;
/** Two requests cost more than fetching so much between what they ask for. */
const gapInBlocks = 1;

/** A file on a server that is open: what its first answer said, and whom to ask for more. */
export interface RemoteFile {
  readonly name: string;
  /** What the fetcher knows it by. */
  readonly id: number;
  readonly pinned: Pinned;
  readonly head: Uint8Array;
  readonly transfer: Transfer;
  readonly budget?: TransferBudget | undefined;
}

/**
 * A file on a server. Reads sleep until the fetcher has the blocks that are not at hand.
 * The first read that fails ends all: `io` or `transfer-limit`, again and again.
 */
export class RemoteSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly version: string | undefined;
  /** The version of the file that is read. */
  readonly pinned: Pinned;
  readonly preferredReadInBytes: number = blockSizeInBytes;
  readonly #id: number;
  readonly #fetcher: Fetcher;
  readonly #cache: BlockCache = new BlockCache(
    blockSizeInBytes,
    cacheSizeInBytes / blockSizeInBytes,
  );
  readonly #plan: FetchPlan;
  /** By each block that is asked for, the first of its request. */
  readonly #inFlight: Map<number, number> = new Map();
  readonly #budget: TransferBudget | undefined;
  #lostCount: number;
  #transfer: Transfer;
  #failure: VmcorekitError | null = null;
  #isOpen = true;

  constructor(fetcher: Fetcher, { name, id, pinned, head, transfer, budget }: RemoteFile) {
    this.name = name;
    this.sizeInBytes = pinned.sizeInBytes;
    this.version = versionOf(pinned);
    this.pinned = pinned;
    this.#id = id;
    this.#fetcher = fetcher;
    this.#lostCount = fetcher.lostCount;
    this.#transfer = transfer;
    this.#budget = budget;
    this.#plan = new FetchPlan(Math.ceil(pinned.sizeInBytes / blockSizeInBytes), 1, sizes);
    // The last block may be cut, but only by the end of the file.
    if (head.length === Math.min(blockSizeInBytes, pinned.sizeInBytes)) {
      this.#cache.keep(0, head);
    }
  }

  /** What has gone over the network for this file. */
  get transfer(): Transfer {
    const { leftInBytes = Infinity, limitInBytes = Infinity } = this.#budget ?? {};
    return limitInBytes === Infinity
      ? this.#transfer
      : { ...this.#transfer, leftInBytes, limitInBytes };
  }

  readInto(offset: number, target: Uint8Array): number {
    if (!this.#isOpen) {
      throw new VmcorekitError('contract', { what: `${this.name} was used after it was disposed` });
    }
    const wanted = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    const through = Math.floor((offset + wanted - 1) / blockSizeInBytes);
    for (let done = 0; done < wanted; ) {
      const index = Math.floor((offset + done) / blockSizeInBytes);
      const inBlock = offset + done - index * blockSizeInBytes;
      const block = this.#cache.get(index) ?? this.#fetched(index, through);
      const part = block.subarray(inBlock, inBlock + wanted - done);
      target.set(part, done);
      done += part.length;
      this.#askAhead(index);
    }
    return wanted;
  }

  /** Asks for all that is not at hand, and for small gaps between, in as few requests as it can. */
  willRead(ranges: readonly ByteRange[]): void {
    const missing = blocksOf(ranges, this.sizeInBytes).filter((block) => !this.#isThere(block));
    let roomInBlocks = cacheSizeInBytes / blockSizeInBytes / 2;
    for (const run of runsOf(missing)) {
      roomInBlocks -= run.end - run.first;
      if (roomInBlocks < 0 || this.#failure !== null || !this.#ask(run)) {
        return;
      }
    }
  }

  [Symbol.dispose](): void {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#cache.clear();
      this.#inFlight.clear();
      this.#fetcher.send({ kind: 'close', source: this.#id });
    }
  }

  #isThere(block: number): boolean {
    return this.#cache.has(block) || this.#inFlight.has(block);
  }

  #fetched(index: number, through: number): Uint8Array {
    for (;;) {
      this.#fetcher.takeAnswers();
      this.#forgetLost();
      const block = this.#cache.get(index);
      if (block !== undefined) {
        return block;
      }
      if (this.#failure !== null) {
        throw this.#failure;
      }
      if (!this.#inFlight.has(index)) {
        const isThere = (other: number): boolean => this.#isThere(other);
        const run = this.#plan.forMiss(index, through, isThere);
        // Near its limit a read gets what it needs, and nothing beyond.
        if (!this.#ask(run, true) && !this.#ask({ first: index, end: index + 1 }, true)) {
          this.#failure = this.#limitError();
          throw this.#failure;
        }
      }
      this.#fetcher.waitUntil(() => !this.#inFlight.has(index));
    }
  }

  /** What a guard made us lose is asked for again. */
  #forgetLost(): void {
    if (this.#lostCount !== this.#fetcher.lostCount) {
      this.#lostCount = this.#fetcher.lostCount;
      this.#inFlight.clear();
    }
  }

  #askAhead(index: number): void {
    const requests = new Set(this.#inFlight.values());
    const isFree = this.#fetcher.isAside && requests.size < runsAhead && this.#failure === null;
    const run = isFree ? this.#plan.ahead(index, (block) => this.#isThere(block)) : undefined;
    if (run !== undefined) {
      this.#ask(run);
    }
  }

  /**
   * Asks, if the budget allows. A request that no read needs yet may fail: the read that needs it
   * asks again, and gets the reason.
   */
  #ask({ first, end }: BlockRun, isNeeded = false): boolean {
    const range = {
      start: first * blockSizeInBytes,
      end: Math.min(this.sizeInBytes, end * blockSizeInBytes),
    };
    if (this.#budget?.spend(range.end - range.start) === false) {
      return false;
    }
    const blocks = Array.from({ length: end - first }, (_, index) => first + index);
    for (const block of blocks) {
      this.#inFlight.set(block, first);
    }
    this.#fetcher.ask({ kind: 'fetch', source: this.#id, ...range }, (answer) => {
      for (const block of blocks) {
        this.#inFlight.delete(block);
      }
      this.#take(answer, first, isNeeded);
    });
    return true;
  }

  #limitError(): VmcorekitError {
    const { name: file } = this;
    const limitInBytes = this.#budget?.limitInBytes ?? Infinity;
    return new VmcorekitError('transfer-limit', { file, limitInBytes });
  }

  #take(answer: Answer, first: number, isNeeded: boolean): void {
    this.#transfer = latest(this.#transfer, answer.traffic);
    if (!this.#isOpen) {
      return;
    }
    if ('bytes' in answer) {
      this.#cache.keep(first, answer.bytes);
    } else if (isNeeded || answer.fault.kind === 'changed') {
      const { because } = answer.fault;
      this.#failure ??= new VmcorekitError('io', { file: this.name, because });
    }
  }
}

/** Answers may come in any order. */
function latest(before: Transfer, now: Transfer): Transfer {
  return now.requests > before.requests || now.bytesFetched > before.bytesFetched ? now : before;
}

function blocksOf(ranges: readonly ByteRange[], sizeInBytes: number): number[] {
  const blocks = new Set<number>();
  for (const { offset, lengthInBytes } of ranges) {
    const end = Math.min(sizeInBytes, offset + lengthInBytes);
    for (let at = Math.max(0, offset); at < end; ) {
      const block = Math.floor(at / blockSizeInBytes);
      blocks.add(block);
      at = (block + 1) * blockSizeInBytes;
      if (blocks.size * blockSizeInBytes > cacheSizeInBytes) {
        return [];
      }
    }
  }
  return [...blocks].sort((a, b) => a - b);
}

function* runsOf(blocks: readonly number[]): Generator<BlockRun, void, void> {
  let run: BlockRun | undefined;
  for (const block of blocks) {
    if (run !== undefined && block - run.end <= gapInBlocks && block < run.first + sizes.inOrder) {
      run = { first: run.first, end: block + 1 };
    } else {
      if (run !== undefined) {
        yield run;
      }
      run = { first: block, end: block + 1 };
    }
  }
  if (run !== undefined) {
    yield run;
  }
}
