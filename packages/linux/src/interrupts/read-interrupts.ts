import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { type MapleEntry, mapleEntries } from '../containers/maple-tree.ts';
import { perCpuOf } from '../containers/per-cpu.ts';
import { WalkNotes } from '../containers/walk.ts';
import { type XarrayEntry, xarrayEntries } from '../containers/xarray.ts';
import { withoutTypes } from '../reading/without-types.ts';
import type { Interrupt, Interrupts } from './interrupt.ts';
import { InterruptReader } from './irq-desc.ts';
import { softInterruptsOf } from './soft-interrupts.ts';

/** IRQ_BITMAP_BITS is NR_IRQS + 8196, and no machine has a hundred thousand. */
const interruptLimit = 2 ** 18;
/** Counters read between two reports of progress. */
const countersPerStep = 4096;

/**
 * Reads the interrupts of a kernel with sparse descriptors, as all for x86, arm64 and most others
 * are. A sentence where its symbols or types do not lead to them.
 */
export function* readInterrupts(kernel: Kernel): Generator<Progress, Interrupts | string, void> {
  const { possible } = perCpuOf(kernel);
  if (possible.value === null) {
    return possible.because;
  }
  const cpus = possible.value;
  const notes = new WalkNotes();
  const reader = InterruptReader.of(kernel, notes, cpus);
  if (reader === undefined) {
    return withoutTypes(kernel, 'struct irq_desc and struct irqaction');
  }
  const entries = descriptorsOf(kernel, notes);
  if (typeof entries === 'string') {
    return entries;
  }
  const interrupts: Interrupt[] = [];
  const perStep = Math.max(1, Math.floor(countersPerStep / cpus.length));
  for (const { number, address } of entries) {
    const interrupt = reader.read(number, address);
    if (interrupt !== undefined) {
      interrupts.push(interrupt);
    }
    if (interrupts.length % perStep === 0) {
      yield { kind: 'progress', doing: 'reading interrupts', fraction: null };
    }
  }
  const softInterrupts = softInterruptsOf(kernel, cpus, notes);
  return { cpus, interrupts, softInterrupts, remarks: notes.remarks() };
}

interface Found {
  readonly number: number;
  readonly address: VirtualAddress;
}

/**
 * Descriptors by number. They hang on a maple tree since Linux 6.5, and on a radix
 * tree before. Source: kernel/irq/irqdesc.c.
 */
function descriptorsOf(kernel: Kernel, notes: WalkNotes): Iterable<Found> | string {
  const { symbols } = kernel;
  const limit = interruptLimit;
  const maple = symbols.find('sparse_irqs')?.address;
  if (maple !== undefined) {
    return inMaple(mapleEntries(kernel, maple, notes, { limit, name: 'sparse_irqs' }));
  }
  const radix = symbols.find('irq_desc_tree')?.address;
  if (radix !== undefined) {
    return inRadix(xarrayEntries(kernel, radix, notes, { limit, name: 'irq_desc_tree' }));
  }
  return symbols.size === 0
    ? 'no symbols of the kernel are known, so sparse_irqs or irq_desc_tree cannot be found'
    : `the symbols (${symbols.from}) do not name sparse_irqs or irq_desc_tree`;
}

function* inMaple(entries: Iterable<MapleEntry>): Generator<Found, void, void> {
  for (const { first, entry } of entries) {
    yield { number: Number(first), address: entry };
  }
}

function* inRadix(entries: Iterable<XarrayEntry>): Generator<Found, void, void> {
  for (const { index, entry } of entries) {
    yield { number: Number(index), address: entry };
  }
}
