import { type Dump, hex, type KernelView, type Testimony, type Witness } from '@vmcorekit/core';
import { claimOfNote, isNoteOfSymbols, type LoggedSigns, loggedSignsOf } from '@vmcorekit/linux';
import { spokenVmcoreInfo } from '../vmcoreinfo-note.ts';
import { notesOfKernel } from './notes-of-kernel.ts';

/** Its kernels keep the pointer to their note among their symbols, or in data that code loads. */
const architectureWithPointer = 'x86_64';

/**
 * The note of a kernel whose symbols do not name `vmcoreinfo_note` (no CONFIG_KALLSYMS_ALL). It
 * begins a page, and has the parts of kallsyms and `_stext` where this kernel has them: no note of
 * another build or another place does. It states the KASLR offset, and CRASHTIME if the kernel has
 * crashed into its capture kernel. The log, to which it leads, may show the role as well, and the
 * memory that the kernel keeps for a capture kernel. Not searched for where the file holds that
 * note, or the kernel itself points to it.
 */
export const ownNote: Witness = {
  name: 'own-note',
  summary: "compares the VMCOREINFO notes in memory with the places of the kernel's own symbols",
  architectures: 'any',
  *testify(context, { kernel, claim: { imageOffset } }) {
    const { dump } = context;
    const isTold =
      dump.vmcoreinfo !== null &&
      kernel !== null &&
      isNoteOfSymbols(kernel.symbols, dump.vmcoreinfo);
    if (kernel === null || isTold || !isWithoutPointer(dump, kernel)) {
      return;
    }
    const [note, ...more] = yield* notesOfKernel(context, kernel);
    const claim = note === undefined ? {} : claimOfNote(note, dump);
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
      ...(note.info.crashTime === undefined ? {} : { role: 'crashed' }),
    };
    const signs = yield* loggedSignsOf(kernel, dump.image.memory, note.info);
    if (signs?.role !== undefined && note.info.crashTime === undefined) {
      const { role, because } = signs.role;
      yield { ...signIn(signs), role, because };
    }
    if (signs?.captureReserve !== undefined) {
      const { captureReserve } = signs;
      const because = `its log says that it reserved the memory from ${hex(captureReserve.start)} on for a capture kernel`;
      yield { ...signIn(signs), captureReserve, because };
    }
  },
};

function signIn({ virtualAddress }: LoggedSigns): Omit<Testimony, 'because'> {
  return {
    stance: 'for',
    evidence: 'vmcoreinfo',
    strength: 'hint',
    isThroughPageTables: true,
    claim: {},
    at: [{ virtualAddress }],
  };
}

function isWithoutPointer({ architecture }: Dump, { symbols }: KernelView): boolean {
  return (
    architecture?.name !== architectureWithPointer && symbols.find('vmcoreinfo_note') === undefined
  );
}
