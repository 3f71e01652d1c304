import { limeDoneMark, limeScript } from '../dump/lime.ts';
import { declareGuest } from './declare.ts';
import { virtioDisk } from './drivers.ts';
import type { Guest, LimeName } from './guest.ts';

const everyCapture: readonly LimeName[] = ['lime', 'lime-padded', 'lime-raw', 'lime-zlib'];

function limeGuest(
  fields: Pick<Guest, 'name' | 'purpose' | 'limeCaptures'> & Partial<Guest>,
): Guest {
  return declareGuest({
    modules: virtioDisk,
    formats: ['elf'],
    afterTruth: limeScript(fields.limeCaptures),
    ready: { truthBlocks: 1, consoleText: limeDoneMark },
    ...fields,
  });
}

/** Guests that capture their own memory while they run. */
export const guestsWithLime: readonly Guest[] = [
  limeGuest({
    name: 'lime',
    purpose: 'captures itself with LiME, in each of its formats',
    limeCaptures: everyCapture,
  }),
  limeGuest({
    name: 'lime-ovmf',
    purpose: 'captures itself with LiME: many ranges of memory under UEFI',
    firmware: 'ovmf',
    limeCaptures: ['lime'],
  }),
  limeGuest({
    name: 'kcore',
    purpose: 'reads its own /proc/kcore with vmcorekit: five levels of page tables',
    cpuModel: 'max',
    memoryInMebibytes: 768,
    limeCaptures: ['lime', 'kcore-lime'],
  }),
];
