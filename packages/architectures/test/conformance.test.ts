import {
  arm,
  arm64,
  i386,
  loongarch64,
  ppc64,
  riscv64,
  s390x,
  x8664,
} from '@vmcorekit/architectures';
import type { Architecture, ByteOrder, TranslationRoot } from '@vmcorekit/core';
import { describeMmu, type KnownMapping, type MmuCase, SparseMemory } from '@vmcorekit/testing';
import { longWalks, shortWalks } from './arm/known-walks.ts';
import { walksOfTheManual as walksOfArm64 } from './arm64/known-walks.ts';
import { arm64RootAt } from './arm64/roots.ts';
import { addressesOfTheManual } from './loongarch64/known-windows.ts';
import { walksOfTheManual as walksOfPpc64 } from './ppc64/known-walks.ts';
import { walksOfTheManual as walksOfRiscv64 } from './riscv64/known-walks.ts';
import { rootAt } from './root-at.ts';
import { walksOfTheManual as walksOfS390x } from './s390x/known-walks.ts';
import { rootOfAsce } from './s390x/roots.ts';
import { walksOfTheManual as walksOfI386 } from './x86/known-i386-walks.ts';
import { walksOfTheManual as walksOfX86 } from './x86/known-walks.ts';

const top = 0x4_0000;
/** No address bit is one of memory encryption where memory reaches so far. */
const farthest = 2 ** 51;

/** How a machine's tables are written. */
interface Form {
  readonly architecture: Architecture;
  readonly byteOrder?: ByteOrder;
  readonly stepInBytes?: number;
  readonly entrySizeInBytes?: 4 | 8;
  /** Memory lies so far up. */
  readonly isFar?: boolean;
  readonly root: TranslationRoot;
  readonly indices: readonly number[];
  /** The entry that leads to a table; `depth` counts from the root. */
  readonly pointer: (table: number, depth: number) => bigint;
  readonly leaf: bigint;
  readonly known: KnownMapping;
}

function caseOf(form: Form, title: string): MmuCase {
  const { stepInBytes = 0x1000, entrySizeInBytes = 8, indices, root, known } = form;
  const byteOrder = form.byteOrder ?? form.architecture.byteOrder ?? 'little';
  const memory = new SparseMemory({
    byteOrder,
    ranges: [
      { start: 0, end: 0x20_0000 },
      ...(form.isFar === true ? [{ start: farthest, end: farthest + 0x1000 }] : []),
    ],
  });
  for (const [depth, index] of indices.entries()) {
    const next = top + (depth + 1) * stepInBytes;
    const value = depth === indices.length - 1 ? form.leaf : form.pointer(next, depth);
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    if (entrySizeInBytes === 8) {
      view.setBigUint64(0, value, byteOrder === 'little');
    } else {
      view.setUint32(0, Number(value), byteOrder === 'little');
    }
    const at = top + depth * stepInBytes + index * entrySizeInBytes;
    memory.write(at, bytes.subarray(0, entrySizeInBytes));
  }
  return { title: `${title}, 0x${known.virtualAddress.toString(16)}`, memory, root, maps: [known] };
}

const casesOfX86 = [
  ...walksOfX86.map((walk) => [x8664, walk] as const),
  ...walksOfI386.map((walk) => [i386, walk] as const),
].map(
  ([architecture, [levels, virtualAddress, indices, uppers, leaf, physicalAddress, rights]]) => ({
    architecture,
    made: caseOf(
      {
        architecture,
        isFar: true,
        ...(levels === 2 ? { entrySizeInBytes: 4 } : {}),
        root: rootAt(architecture, top, levels),
        ...{ indices, leaf, known: { virtualAddress, physicalAddress, rights } },
        pointer: (table, depth) => (uppers[depth] ?? 0n) | BigInt(table),
      },
      `${levels} levels`,
    ),
  }),
);

const casesOfArm64 = walksOfArm64.map(
  ([granule, bits, virtualAddress, indices, leaf, physicalAddress]) =>
    caseOf(
      {
        ...{ architecture: arm64, byteOrder: 'little', stepInBytes: 0x1_0000, indices, leaf },
        root: arm64RootAt(top, { granule, bits }),
        known: { virtualAddress, physicalAddress },
        pointer: (table) => BigInt(table) | 3n,
      },
      `${granule} KiB, ${bits} bits`,
    ),
);

const casesOfRiscv64 = walksOfRiscv64.map(
  ([levels, virtualAddress, indices, leaf, physicalAddress]) =>
    caseOf(
      {
        ...{ architecture: riscv64, indices, leaf, known: { virtualAddress, physicalAddress } },
        root: rootAt(riscv64, top, levels),
        pointer: (table) => (BigInt(table) >> 2n) | 1n,
      },
      `Sv${12 + 9 * levels}`,
    ),
);

const casesOfS390x = walksOfS390x.map(([type, virtualAddress, indices, leaf, physicalAddress]) =>
  caseOf(
    {
      ...{ architecture: s390x, stepInBytes: 0x4000, indices, leaf },
      root: rootOfAsce(BigInt(top) | (BigInt(type) << 2n) | 3n),
      known: { virtualAddress, physicalAddress },
      pointer: (table, depth) =>
        BigInt(table) | (depth === type ? 0n : (BigInt(type - depth) << 2n) | 3n),
    },
    `type ${type}`,
  ),
);

const casesOfPpc64 = walksOfPpc64.map(
  ([page, half, virtualAddress, indices, leaf, physicalAddress]) => {
    const [kernel, user] = ppc64.mmu?.rootsAt(top) ?? [];
    const root = half === 'kernel' ? kernel : user;
    if (root === undefined) {
      throw new Error('ppc64 has two roots at a table');
    }
    const lowest = page === '64K' ? 5n : 9n;
    return caseOf(
      {
        ...{ architecture: ppc64, byteOrder: 'big', stepInBytes: 0x1_0000, indices, leaf, root },
        known: { virtualAddress, physicalAddress },
        pointer: (table, depth) => (1n << 63n) | BigInt(table) | (depth === 2 ? lowest : 9n),
      },
      `${page} of the ${half}`,
    );
  },
);

const casesOfArm = [
  ...shortWalks.map((walk) => [2, walk] as const),
  ...longWalks.map((walk) => [3, walk] as const),
].map(([levels, [kind, virtualAddress, indices, leaf, physicalAddress, rights]]) =>
  caseOf(
    {
      ...{ architecture: arm, byteOrder: 'little', stepInBytes: 0x4000, indices, leaf },
      ...(levels === 2 ? { entrySizeInBytes: 4 } : {}),
      root: rootAt(arm, top, levels),
      known: { virtualAddress, physicalAddress, rights },
      pointer: (table) => BigInt(table) | (levels === 2 ? 1n : 3n),
    },
    kind,
  ),
);

const memoryOfWindows = new SparseMemory({ ranges: [{ start: 0, end: 2 ** 48 }] });
const casesOfLoongarch64 = addressesOfTheManual.map(
  ([window, virtualAddress, physicalAddress]): MmuCase => {
    const root = loongarch64.mmu?.windows?.find(({ key }) => key === window);
    if (root === undefined) {
      throw new Error(`loongarch64 has no window ${window}`);
    }
    const title = `the ${window} window, 0x${virtualAddress.toString(16)}`;
    const maps = [{ virtualAddress, physicalAddress }];
    return { title, memory: memoryOfWindows, root, maps, unmapped: [0n, 0xffff_0000n] };
  },
);

describe('every mmu, by the conformance kit', () => {
  for (const architecture of [x8664, i386]) {
    const own = casesOfX86.filter((each) => each.architecture === architecture);
    describeMmu(architecture, { cases: own.map(({ made }) => made) });
  }
  describeMmu(arm64, { cases: casesOfArm64 });
  describeMmu(riscv64, { cases: casesOfRiscv64 });
  describeMmu(s390x, { cases: casesOfS390x });
  describeMmu(ppc64, { cases: casesOfPpc64, byteOrder: 'big' });
  describeMmu(arm, { cases: casesOfArm });
  describeMmu(loongarch64, { cases: casesOfLoongarch64 });
});
