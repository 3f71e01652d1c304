import { locatedKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { NextFacts } from '../../../dist/index.js';
import {
  type KernelToOpen,
  type NextRoute,
  nextRoute,
} from '../../../dist/text/next/next-route.js';

const physBase = -0x25600000;
const proved = locatedKernel({ physBase, kaslrOffset: 0x27e00000, role: 'running' });
const unproved = locatedKernel({ physBase, kaslrOffset: null, role: 'running' });

/** What a capture kernel's makedumpfile writes: every tool opens it. */
const ordinary: NextFacts = {
  files: ['vmcore'],
  format: 'kdump',
  container: null,
  architecture: 'x86_64',
  wordSizeInBits: 64,
  isOffsetShared: false,
  statedPhysBase: BigInt(physBase),
  capturedBy: 'kdump',
  writtenBy: 'makedumpfile',
  isCut: false,
  isLossy: false,
  readers: null,
  areFiles: true,
  host: 'x86_64',
};
const named: KernelToOpen = { kernel: proved, isNamedByFile: true, isReachedByCpu: true };
const unnamed: KernelToOpen = { ...named, isNamedByFile: false };

type Row = readonly [
  what: string,
  found: KernelToOpen,
  facts: Partial<NextFacts>,
  wanted: Partial<NextRoute>,
];

const usual: NextRoute = {
  tool: 'crash',
  opens: 'dump',
  isMinimal: false,
  othersOpen: 'dump',
  needsKaslr: false,
};
const cut = { isCut: true, isLossy: true };
const ofQemu = { capturedBy: 'qemu', writtenBy: 'qemu', statedPhysBase: 0n };
const copied = { writtenBy: 'unknown', format: 'elf', statedPhysBase: null };

const rows: readonly Row[] = [
  ['an ordinary dump', named, {}, {}],
  ['an ordinary ELF dump', named, { format: 'elf', statedPhysBase: null }, {}],
  // drgn 0.0.22, makedumpfile 1.7.2 and libkdumpfile 0.5.1 open it; it was said that they do not.
  ['a copy of /proc/vmcore', named, copied, {}],
  [
    'QEMU’s ELF of a writer not known',
    named,
    { ...copied, capturedBy: 'qemu' },
    { othersOpen: 'repaired copy' },
  ],
  ['QEMU’s KDUMP', unnamed, ofQemu, { othersOpen: 'repaired copy' }],
  [
    'QEMU’s flattened KDUMP',
    unnamed,
    { ...ofQemu, container: 'flattened' },
    { othersOpen: 'repaired copy' },
  ],
  [
    'QEMU’s ELF',
    unnamed,
    { writtenBy: 'qemu', format: 'elf', statedPhysBase: null },
    { othersOpen: 'repaired copy' },
  ],
  [
    'QEMU’s ELF with VMCOREINFO',
    named,
    { writtenBy: 'qemu', format: 'elf' },
    { othersOpen: 'repaired copy' },
  ],
  ['a dump without VMCOREINFO', unnamed, {}, { othersOpen: 'repaired copy' }],
  [
    'a header that states another phys_base',
    named,
    { statedPhysBase: 0n },
    { othersOpen: 'repaired copy' },
  ],
  ['a header that states none', named, { statedPhysBase: null }, {}],
  [
    'makedumpfile’s flattened file',
    named,
    { container: 'flattened' },
    { othersOpen: 'unpacked copy' },
  ],
  ['parts of a split dump', named, { files: ['a', 'b'] }, { othersOpen: 'unpacked copy' }],
  [
    'a cut flattened file',
    unnamed,
    { ...cut, container: 'flattened' },
    { opens: 'repaired copy', isMinimal: true, othersOpen: 'repaired copy' },
  ],
  [
    'a cut plain file',
    unnamed,
    { ...cut, ...ofQemu },
    { isMinimal: true, othersOpen: 'repaired copy' },
  ],
  [
    'a flattened file with bad pages',
    named,
    { isLossy: true, container: 'flattened' },
    { isMinimal: true, othersOpen: 'unpacked copy' },
  ],
  [
    'a format of a plug-in',
    unnamed,
    { format: 'own' },
    { opens: 'repaired copy', othersOpen: 'repaired copy' },
  ],
  [
    'a container of a plug-in',
    named,
    { container: 'zip' },
    { opens: 'repaired copy', othersOpen: 'repaired copy' },
  ],
  [
    'an address that is no file',
    named,
    { areFiles: false },
    { opens: 'repaired copy', othersOpen: 'repaired copy' },
  ],
  [
    'a 64-bit kernel in a 32-bit file',
    named,
    { wordSizeInBits: 32 },
    { opens: 'repaired copy', othersOpen: 'repaired copy' },
  ],
  ['a dump of another machine', named, { architecture: 'arm64' }, { tool: 'drgn' }],
  [
    'QEMU’s dump of another machine',
    unnamed,
    { ...ofQemu, architecture: 'arm64' },
    { tool: 'drgn', opens: 'repaired copy', othersOpen: 'repaired copy' },
  ],
  ['a machine here that is not known', named, { host: null }, {}],
  ['no proved KASLR offset, but VMCOREINFO', { ...named, kernel: unproved }, {}, {}],
  [
    'no proved KASLR offset, but a CPU',
    { ...unnamed, kernel: unproved },
    ofQemu,
    { othersOpen: 'repaired copy' },
  ],
  [
    'no proved KASLR offset, and the CPU’s memory lost',
    { ...unnamed, kernel: unproved },
    { ...ofQemu, ...cut },
    { isMinimal: true, othersOpen: 'repaired copy', needsKaslr: true },
  ],
  [
    'no proved KASLR offset, and no CPU',
    { ...unnamed, kernel: unproved, isReachedByCpu: false },
    ofQemu,
    { othersOpen: 'repaired copy', needsKaslr: true },
  ],
];

describe('the choice of the next commands', () => {
  for (const [what, found, facts, wanted] of rows) {
    it(what, () => {
      expect(nextRoute(found, { ...ordinary, ...facts })).to.deep.equal({ ...usual, ...wanted });
    });
  }
});
