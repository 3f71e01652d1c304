import { endOfPhysicalSpace } from '@vmcorekit/core';
import type {
  AddressInSpace,
  MemoryStretch,
  MemoryWindow,
  ReadRequest,
  Space,
} from '../../protocol/memory-calls.ts';

/** What one call reads: four of the smallest pages, some 1000 rows. */
const windowInBytes = 16 * 1024;
const maxWindows = 256;
/** Two keep the worker busy; more would only be out of date when their turn comes. */
const maxCalls = 2;

const endOfSpace: Readonly<Record<Space, bigint>> = {
  physical: endOfPhysicalSpace,
  virtual: 1n << 64n,
};

/** The stretches of one window. */
export type ReadMemory = readonly MemoryStretch[];

export type ReadCall = (request: ReadRequest) => Promise<MemoryWindow>;

/**
 * Memory that was read, in windows. Keeps the last 256, 4 MiB. Each frame says what it
 * wants, so a view that scrolls on does not wait for what it has left.
 */
export class MemoryWindows {
  readonly #read: ReadCall;
  readonly #onRead: () => void;
  readonly #onFailure: (error: Error) => void;
  readonly #windows: Map<string, ReadMemory> = new Map();
  readonly #running: Set<string> = new Set();
  /** Not read again until the user goes somewhere, so that no frame asks a failing file. */
  readonly #failed: Set<string> = new Set();
  #wanted: readonly { readonly space: Space; readonly start: bigint }[] = [];

  constructor(read: ReadCall, onRead: () => void, onFailure: (error: Error) => void) {
    this.#read = read;
    this.#onRead = onRead;
    this.#onFailure = onFailure;
  }

  /** The window that holds an address; undefined until it was read. */
  at(space: Space, address: bigint): ReadMemory | undefined {
    return this.#windows.get(keyOf(space, startOf(address)));
  }

  /** The stretch that holds an address; undefined until it was read. */
  stretchAt(space: Space, address: bigint): MemoryStretch | undefined {
    return this.at(space, address)?.find(
      (each) => address >= each.address && address < each.address + BigInt(each.lengthInBytes),
    );
  }

  /** The byte at an address and those after it, at most eight, as far as they were read. */
  bytesAt({ space, address }: AddressInSpace): readonly number[] {
    const bytes: number[] = [];
    for (let at = address; at < address + 8n; at++) {
      const stretch = this.stretchAt(space, at);
      const byte = stretch?.bytes?.[Number(at - stretch.address)];
      if (byte === undefined) {
        break;
      }
      bytes.push(byte);
    }
    return bytes;
  }

  /**
   * Says what is needed now: the windows of [from, to), and then those that the view scrolls to.
   *
   * @param isAscending whether the view moves to higher addresses
   */
  want(space: Space, from: bigint, to: bigint, isAscending: boolean): void {
    const size = BigInt(windowInBytes);
    const starts: bigint[] = [];
    for (let start = startOf(from); start < to; start += size) {
      starts.push(start);
    }
    const [first = 0n] = starts;
    const last = starts.at(-1) ?? 0n;
    const after = [last + size, last + 2n * size];
    const before = [first - size, first - 2n * size];
    starts.push(...(isAscending ? [...after, ...before] : [...before, ...after]));
    this.#wanted = starts
      .filter((start) => start >= 0n && start < endOfSpace[space])
      .map((start) => ({ space, start }));
    this.#fill();
  }

  /** Asks again for what failed. */
  retry(): void {
    this.#failed.clear();
    this.#fill();
  }

  #fill(): void {
    for (const { space, start } of this.#wanted) {
      if (this.#running.size >= maxCalls) {
        return;
      }
      const key = keyOf(space, start);
      const held = this.#windows.get(key);
      if (held !== undefined) {
        // The newest are at the end of a map, so that the oldest are dropped.
        this.#windows.delete(key);
        this.#windows.set(key, held);
      } else if (!this.#running.has(key) && !this.#failed.has(key)) {
        void this.#call(space, start);
      }
    }
  }

  async #call(space: Space, start: bigint): Promise<void> {
    const key = keyOf(space, start);
    this.#running.add(key);
    try {
      const request = { space, address: start, lengthInBytes: windowInBytes };
      this.#keep(key, (await this.#read(request)).stretches);
    } catch (error) {
      this.#failed.add(key);
      this.#onFailure(error as Error);
    }
    this.#running.delete(key);
    this.#onRead();
    this.#fill();
  }

  #keep(key: string, memory: ReadMemory): void {
    this.#windows.set(key, memory);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= maxWindows) {
        return;
      }
      this.#windows.delete(oldest);
    }
  }
}

function startOf(address: bigint): bigint {
  return address - (address % BigInt(windowInBytes));
}

function keyOf(space: Space, start: bigint): string {
  return `${space} ${start.toString(16)}`;
}
