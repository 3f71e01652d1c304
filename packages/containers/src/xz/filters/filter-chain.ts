import { hex, type VmcorekitError } from '@vmcorekit/core';
import { arm, arm64, armThumb, powerPc, sparc } from './branches.ts';
import { delta } from './delta.ts';
import type { XzFilter } from './filter.ts';
import { x86 } from './x86.ts';

/** Source: the .xz file format, 5.3.2. */
const branches: ReadonlyMap<number, () => XzFilter> = new Map([
  [4, x86],
  [5, powerPc],
  [7, arm],
  [8, armThumb],
  [9, sparc],
  [10, arm64],
]);
const DELTA = 3;
const startInBytes = 4;
const otherNames: ReadonlyMap<number, string> = new Map([
  [6, 'BCJ IA-64'],
  [11, 'BCJ RISC-V'],
]);

/** A filter as the header of a block states it. */
export interface StatedFilter {
  readonly id: number;
  readonly properties: Uint8Array;
}

/** Undoes the filters of a block, in the order of its header. Throws `unsupported` for another. */
export class FilterChain {
  readonly #stages: readonly Stage[];

  constructor(filters: readonly StatedFilter[], refuse: (filter: string) => VmcorekitError) {
    this.#stages = filters
      .map((stated) => {
        const stage = stageOf(stated);
        if (stage === undefined) {
          throw refuse(otherNames.get(stated.id) ?? hex(stated.id));
        }
        return stage;
      })
      .toReversed();
  }

  /** What the next bytes of LZMA2 are; at the end also those held back. */
  next(bytes: Uint8Array, isEnd: boolean): Uint8Array {
    return this.#stages.reduce((given, stage) => stage.next(given, isEnd), bytes);
  }
}

/** One filter, with the bytes that wait for what follows them. */
class Stage {
  readonly #filter: XzFilter;
  #position: number;
  #waiting = new Uint8Array(0);

  constructor(filter: XzFilter, position: number) {
    this.#filter = filter;
    this.#position = position;
  }

  next(bytes: Uint8Array, isEnd: boolean): Uint8Array {
    const all = new Uint8Array(this.#waiting.length + bytes.length);
    all.set(this.#waiting);
    all.set(bytes, this.#waiting.length);
    const undone = this.#filter.undo(all, this.#position);
    const done = isEnd ? all.length : undone;
    this.#position += done;
    this.#waiting = all.slice(done);
    return all.subarray(0, done);
  }
}

/** Undefined for a filter, or properties, that are not known. */
function stageOf({ id, properties }: StatedFilter): Stage | undefined {
  if (id === DELTA) {
    return properties.length === 1 ? new Stage(delta((properties[0] ?? 0) + 1), 0) : undefined;
  }
  const branch = branches.get(id);
  return branch === undefined || ![0, startInBytes].includes(properties.length)
    ? undefined
    : new Stage(branch(), startOf(properties));
}

/** Where the filter begins to count. */
function startOf(properties: Uint8Array): number {
  return properties.length === 0
    ? 0
    : new DataView(properties.buffer, properties.byteOffset).getUint32(0, true);
}
