import { x8664 } from '@vmcorekit/architectures';
import type { AnalyzerContext } from '@vmcorekit/core';
import { btfTypes, openKernel } from '@vmcorekit/linux';
import {
  type BuiltModuleFields,
  buildModules,
  linearMemory,
  locatedKernel,
  memoryDump,
  modulesBtf,
  SparseMemory,
  symbolList,
} from '@vmcorekit/testing';

export const base = 0xffffffffc0000000n;
const sizeInBytes = 0x40000;

/** What an analyzer gets of a kernel with these modules, the newest first. */
export function contextWith(modules: readonly BuiltModuleFields[]): AnalyzerContext {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const btf = modulesBtf('6.12');
  const types = btfTypes(btf, { wordSizeInBits: 64 });
  const built = buildModules({ memory, base, from: 0x1000, form: '6.12', types, modules });
  const dump = memoryDump({ memory, architecture: x8664 });
  const space = linearMemory(memory, [
    { virtualAddress: base, physicalAddress: 0, lengthInBytes: sizeInBytes },
  ]);
  const symbols = symbolList({ ...built.symbols, start_kernel: base, panic: base + 0x80n });
  const { root } = space;
  const located = locatedKernel({ root, kaslrOffset: 0, release: '6.12.1-test' });
  const kernel = openKernel({ dump, root, runs: [], memory: space, symbols }, located, {
    symbolFiles: [Object.assign({}, symbolList({}), { from: 'vmlinux', btf })],
  });
  // The analyzers ask of a verdict only whether there is a kernel.
  const verdict = { kernel: located } as AnalyzerContext['verdict'];
  return { dump, verdict, kernel };
}
