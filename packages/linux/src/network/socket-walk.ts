import { hex, type Kernel, type Progress, plural, type VirtualAddress } from '@vmcorekit/core';
import { hlistNodes } from '../containers/hlist.ts';
import { hlistNullsNodes } from '../containers/hlist-nulls.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { type Buckets, bucketHeads } from './bucket-heads.ts';
import { type CommonValues, commonAt, families } from './sock-reader.ts';
import { type NetworkSocket, type SocketKind, stateName } from './socket.ts';

/** A server has some hundred thousand. */
const maxSockets = 2 ** 20;
const socketsPerStep = 256;

/** How the chains of a table end. */
export interface ChainForm {
  /** Where a node lies in its socket. */
  readonly nodeAt: bigint;
  /** Chains end with the bucket's number plus this; undefined for chains that end with null. */
  readonly nullsFrom?: bigint;
}

/** Collects the sockets of a kernel from its tables, each once. */
export class SocketWalk {
  readonly kernel: Kernel;
  readonly notes: WalkNotes;
  readonly sockets: FoundSocket[] = [];
  readonly #seen: Set<VirtualAddress> = new Set();
  #looked: number = 0;

  constructor(kernel: Kernel, notes: WalkNotes) {
    this.kernel = kernel;
    this.notes = notes;
  }

  /** Makes a socket of each node of a table; `make` returns undefined where it cannot be read. */
  *table(
    kind: SocketKind,
    buckets: Buckets,
    form: ChainForm,
    make: MakeSocket,
  ): Generator<Progress, void, void> {
    for (const head of bucketHeads(this.kernel, buckets, this.notes)) {
      if (head === undefined) {
        yield this.progress();
        continue;
      }
      yield* this.chain(kind, `${buckets.name}, bucket ${head.index}`, head, form, make);
    }
  }

  /** The same for one chain. */
  *chain(
    kind: SocketKind,
    name: string,
    { address, index }: { readonly address: VirtualAddress; readonly index: number },
    { nodeAt, nullsFrom }: ChainForm,
    make: MakeSocket,
  ): Generator<Progress, void, void> {
    const nodes =
      nullsFrom === undefined
        ? hlistNodes(this.kernel, address, this.notes, { name })
        : hlistNullsNodes(this.kernel, address, this.notes, {
            name,
            nulls: nullsFrom + BigInt(index),
          });
    for (const node of nodes) {
      this.add(kind, name, BigInt.asUintN(64, node - nodeAt), make);
      if (this.#looked % socketsPerStep === 0) {
        yield this.progress();
      }
    }
  }

  /** Makes a socket of a structure, unless it is one already, or is none. */
  add(
    kind: SocketKind,
    name: string,
    address: VirtualAddress,
    make: MakeSocket,
    isListed: boolean = true,
  ): void {
    this.#looked++;
    if (this.#seen.has(address)) {
      return;
    }
    if (this.#seen.size >= maxSockets) {
      if (this.#seen.size === maxSockets) {
        this.#seen.add(address);
        const because = `the walk ends after ${plural(maxSockets, 'socket')}`;
        this.notes.add({ container: name, at: address, because });
      }
      return;
    }
    this.#seen.add(address);
    const common = commonAt(this.kernel, address);
    const because =
      common === undefined
        ? 'a socket cannot be read'
        : families[common.family] === undefined || stateName(common.state) === undefined
          ? `what lies here is no socket: its family is ${common.family}, its state ${common.state}`
          : undefined;
    const socket =
      because === undefined && common !== undefined ? make(address, common) : undefined;
    if (socket === undefined) {
      const text = because ?? `the socket at ${hex(address)} cannot be read as one of ${kind}`;
      this.notes.add({ container: name, at: address, because: text });
    } else {
      this.sockets.push({ ...socket, kind, isListed });
    }
  }

  /** Whether a socket was found already. */
  has(address: VirtualAddress): boolean {
    return this.#seen.has(address);
  }

  progress(): Progress {
    const doing = `reading sockets: ${this.sockets.length}`;
    return { kind: 'progress', doing, fraction: null };
  }
}

/** A socket before its owners are looked for. */
export type FoundSocket = Omit<NetworkSocket, 'owners'>;

export type MakeSocket = (
  address: VirtualAddress,
  common: CommonValues,
) => Omit<NetworkSocket, 'kind' | 'isListed' | 'owners'> | undefined;
