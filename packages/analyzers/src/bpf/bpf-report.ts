import { hex } from '@vmcorekit/core';
import type { BpfObjects } from '@vmcorekit/linux';

/** What `bpf` says, for programs. Addresses and nanoseconds are texts; null means "not proved". */
export interface BpfReport {
  readonly programs: readonly {
    readonly id: number;
    readonly address: string;
    readonly type: string;
    readonly name: string;
    readonly tag: string | null;
    readonly instructions: number;
    readonly code: { readonly start: string; readonly end: string; readonly size: number } | null;
    readonly loadTime: string;
    readonly uid: number | null;
    readonly maps: readonly number[] | null;
    readonly runs: string | null;
    readonly runTime: string | null;
  }[];
  readonly maps: readonly {
    readonly id: number;
    readonly address: string;
    readonly type: string;
    readonly name: string;
    readonly keySize: number;
    readonly valueSize: number;
    readonly maxEntries: number;
    readonly flags: string;
    readonly memory: number | null;
  }[];
  readonly links: readonly {
    readonly id: number;
    readonly address: string;
    readonly type: string;
    readonly program: number | null;
  }[];
  readonly btf: readonly {
    readonly id: number;
    readonly address: string;
    readonly name: string | null;
    readonly size: number;
  }[];
}

export function bpfReport({ programs, maps, links, types }: BpfObjects): BpfReport {
  return {
    programs: programs.map(({ address, code, loadTime, runs, runTimeInNanoseconds, ...rest }) => ({
      ...rest,
      address: hex(address),
      code:
        code === undefined
          ? null
          : { start: hex(code.start), end: hex(code.end), size: Number(code.end - code.start) },
      loadTime: loadTime.toString(),
      runs: runs?.toString() ?? null,
      runTime: runTimeInNanoseconds?.toString() ?? null,
    })),
    maps: maps.map(({ id, address, type, name, maxEntries, flags, ...sizes }) => ({
      id,
      address: hex(address),
      type,
      name,
      keySize: sizes.keySizeInBytes,
      valueSize: sizes.valueSizeInBytes,
      maxEntries,
      flags: hex(flags),
      memory: sizes.memoryInBytes,
    })),
    links: links.map(({ address, ...rest }) => ({ ...rest, address: hex(address) })),
    btf: types.map(({ id, address, name, sizeInBytes }) => ({
      id,
      address: hex(address),
      name,
      size: sizeInBytes,
    })),
  };
}
