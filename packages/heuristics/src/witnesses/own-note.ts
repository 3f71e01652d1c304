import {
  type Dump,
  type HeuristicContext,
  hex,
  type KernelView,
  type Progress,
  VmcoreInfo,
  type Witness,
} from '@vmcorekit/core';
import {
  type ParsedNote,
  partsOfKallsyms,
  scanForOwnVmcoreInfo,
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { spokenVmcoreInfo } from '../vmcoreinfo-note.ts';

/** A machine has a note for each kernel. With more than this, none counts. */
const maxNotes = 256;
/** VMCOREINFO names five parts of kallsyms (Linux 6.0 and later). */
const fewestParts = 3;
/** Its kernels keep the pointer to their note among their symbols, or in data that code loads. */
const architectureWithPointer = 'x86_64';

/**
 * The note of a kernel whose symbols do not name `vmcoreinfo_note` (no CONFIG_KALLSYMS_ALL). It
 * begins a page, and has the parts of kallsyms and `_stext` where this kernel has them: no note of
 * another build or another place does. It states the KASLR offset. Not searched for
 * where the file holds that note.
 */
export const ownNote: Witness = {
  name: 'own-note',
  summary: "compares the VMCOREINFO notes in memory with the places of the kernel's own symbols",
  architectures: 'any',
  *testify(context, { kernel, claim: { imageOffset } }) {
    const { dump } = context;
    const isTold = dump.vmcoreinfo !== null && kernel !== null && isOf(kernel, dump.vmcoreinfo);
    if (kernel === null || isTold || !isWithoutPointer(dump, kernel)) {
      return;
    }
    const own = (yield* notesIn(context)).filter(({ info }) => isOf(kernel, info));
    const [note, ...more] = own;
    const claim = note === undefined ? {} : vmcoreInfoClaim(note.info, dump);
    if (note === undefined || more.length > 0 || claim.imageOffset !== imageOffset) {
      return;
    }
    yield {
      stance: 'for',
      evidence: 'vmcoreinfo',
      strength: 'strong',
      isThroughPageTables: true,
      claim,
      because: `the note at ${hex(note.address)} has the parts of ${kernel.symbols.from} where the page tables show them, and says ${spokenVmcoreInfo(note.info)}`,
      at: [{ physicalAddress: note.address }],
    };
  },
};

function isWithoutPointer({ architecture }: Dump, { symbols }: KernelView): boolean {
  return (
    architecture?.name !== architectureWithPointer && symbols.find('vmcoreinfo_note') === undefined
  );
}

/** Every note that begins a page; none where there are too many. One search serves all kernels. */
function notesIn(context: HeuristicContext): Generator<Progress, readonly ParsedNote[], void> {
  return context.memo('own-notes', function* (): Generator<Progress, readonly ParsedNote[], void> {
    const notes: ParsedNote[] = [];
    for (const step of scanForOwnVmcoreInfo(context.dump)) {
      if ('kind' in step) {
        yield step;
      } else if (notes.push({ ...step, info: new VmcoreInfo(step.text) }) > maxNotes) {
        return [];
      }
    }
    return notes;
  });
}

function isOf({ symbols }: KernelView, info: VmcoreInfo): boolean {
  const parts = [...partsOfKallsyms(symbols)].filter(([name]) => info.symbol(name) !== undefined);
  const text = symbols.find('_stext')?.address;
  return (
    text !== undefined &&
    info.symbol('_stext') === text &&
    parts.length >= fewestParts &&
    parts.every(([name, address]) => info.symbol(name) === address)
  );
}
