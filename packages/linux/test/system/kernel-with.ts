import { x8664 } from '@vmcorekit/architectures';
import type { Dump, ImageFacts, Kernel } from '@vmcorekit/core';
import {
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  type TestKernelFields,
  testKernel,
} from '@vmcorekit/testing';

/** Where the first variable lies. */
export const base = 0xffffffff82000000n;
const slotInBytes = 0x1000;
const memorySizeInBytes = 0x100000;

export interface KernelWithFields
  extends Partial<Omit<TestKernelFields, 'dump' | 'memory' | 'symbols'>> {
  readonly facts?: ImageFacts;
  /** The VMCOREINFO of the file. */
  readonly fileVmcoreinfo?: string;
  /** Bytes beside the variables, by their address. */
  readonly at?: Readonly<Record<string, Uint8Array>>;
}

/** Where the variable of that index lies: each has a page of its own. */
export function addressOf(index: number): bigint {
  return base + BigInt(slotInBytes * index);
}

/** A kernel with these variables; null for one whose page the dump lacks. */
export function kernelWith(
  variables: Readonly<Record<string, Uint8Array | null>>,
  { facts, fileVmcoreinfo, at = {}, ...fields }: KernelWithFields = {},
): Kernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  const symbols: Record<string, bigint> = {};
  for (const [index, [name, bytes]] of Object.entries(variables).entries()) {
    symbols[name] = addressOf(index);
    if (bytes === null) {
      memory.exclude(slotInBytes * index);
    } else {
      memory.write(slotInBytes * index, bytes);
    }
  }
  for (const [address, bytes] of Object.entries(at)) {
    memory.write(Number(BigInt(address) - base), bytes);
  }
  const dump: Dump = memoryDump({
    memory,
    architecture: x8664,
    ...(facts === undefined ? {} : { facts }),
    ...(fileVmcoreinfo === undefined ? {} : { vmcoreinfo: fileVmcoreinfo }),
  });
  return testKernel({
    dump,
    memory: linearMemory(memory, [
      { virtualAddress: base, physicalAddress: 0, lengthInBytes: memorySizeInBytes },
    ]),
    symbols: symbolList(symbols),
    ...fields,
  });
}

/** 64-bit words, little endian. */
export function words(...values: readonly bigint[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  for (const [index, value] of values.entries()) {
    bytes.setBigUint64(8 * index, BigInt.asUintN(64, value), true);
  }
  return new Uint8Array(bytes.buffer);
}
