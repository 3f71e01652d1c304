import { type StructType, VmcoreInfo } from '@vmcorekit/core';
import { btfInMemory, definitionOf, type ModulesView, moduleBtfs } from '@vmcorekit/linux';
import { buildKernelBtf, linearMemory, SparseMemory, symbolList } from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

const address = 0xffffffff82000000n;
const sizeInBytes = 0x10000;
/** Some more than a bisection visits. */
const structs = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [
    `type_${index}`,
    { size: 16, members: { first: 0, [`own_${index}`]: index % 16 } },
  ]),
);
const modules = {
  overlay: { ovl_fs: { size: 24, members: { upper: 8 } } },
  tun: { type_3: { size: 4, members: { b: 2 } }, tun_file: { size: 8, members: { task: 1 } } },
};
const sorted = buildKernelBtf({ address, structs, modules });
const unsorted = buildKernelBtf({ address, structs, modules, isSorted: false });
const names = ['btf', 'list_head', 'type_0', 'type_3', 'type_39', 'ovl_fs', 'tun_file', 'none'];

/** The kernel whose types and lists lie in these bytes; its symbols are always the same. */
function kernelIn(bytes: Uint8Array): ModulesView {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, bytes.subarray(0, sizeInBytes));
  const run = { virtualAddress: address, physicalAddress: 0, lengthInBytes: sizeInBytes };
  const view = {
    memory: linearMemory(memory, [run]),
    symbols: symbolList(sorted.symbols),
    runs: [{ ...run, isWritable: false, isExecutable: false }],
  };
  return { ...view, types: btfInMemory(view), vmcoreinfo: new VmcoreInfo('') };
}

/** What a structure shows, in a few words. */
function used(struct: StructType | undefined): string {
  if (struct === undefined) {
    return '-';
  }
  for (const member of struct.members?.() ?? []) {
    const end = member.offsetInBytes + (member.sizeInBytes ?? 0);
    must(end <= (struct.sizeInBytes ?? 0), 'a member lies beyond its structure');
    must(member.declared?.text !== '', 'a member has a type without a text');
  }
  return `${struct.members?.().length} ${Math.min(9, definitionOf(struct).length)}`;
}

export const sortedBtf: FuzzTarget = {
  name: 'sorted-btf',
  summary: 'the types that a kernel has sorted, read where they are needed',
  seeds: () => [sorted.bytes, unsorted.bytes],
  run(bytes) {
    const { types } = kernelIn(bytes);
    const found = names.map((name) => used(types.struct(name)));
    const others = ['type_1 *', 'unsigned char[4]'].map((name) => types.type?.(name)?.sizeInBytes);
    return [...found, ...others, types.remarks.length].join(' ');
  },
};

export const moduleBtf: FuzzTarget = {
  name: 'module-btf',
  summary: 'the types that a kernel keeps about its modules',
  seeds: () => [sorted.bytes, unsorted.bytes],
  run(bytes) {
    const { modules: all, remarks } = moduleBtfs(kernelIn(bytes));
    must(all.length <= 65_536 * 2, 'a list of modules has no end');
    const shown = all.slice(0, 8).map((module) => {
      const types = module.types();
      const found = names.map((name) => used(types.struct(name)));
      return `${found.join(' ')} ${types.remarks.length}`;
    });
    return [...shown, remarks.length].join('; ');
  },
};
