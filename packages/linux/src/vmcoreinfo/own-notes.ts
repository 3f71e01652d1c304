import {
  type Dump,
  type HeuristicContext,
  type KernelClaim,
  type KernelView,
  latin1Bytes,
  latin1UntilNul,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
  type Stretch,
  tryRead,
  VmcoreInfo,
} from '@vmcorekit/core';
import { lowcoreVmcoreInfo } from '../lowcore/lowcore.ts';
import { copiesByCode, noteByCode } from './note-by-code.ts';
import { vmcoreInfoClaim } from './vmcoreinfo-claim.ts';
import { type PhysicalVmcoreInfo, vmcoreInfoAt } from './vmcoreinfo-scan.ts';

/** A note that may be a kernel's own, parsed. */
export interface ParsedNote extends PhysicalVmcoreInfo {
  readonly info: VmcoreInfo;
  /** The kernel's other copy of the text (`vmcoreinfo_data`) is in memory and says the same. */
  readonly isCopied: boolean;
}

/** A machine has a note for each kernel. With more than this, none counts. */
const maxNotes = 256;
const maxCopies = 256;
/**
 * The kernel allocates note and copy at one time. Measured: 3 pages apart on 6.1, 11 on 7.2. One
 * boot of 6.1 had 148.
 */
const mostPagesToCopy = 16;
const architectureWithLowcore = 's390x';
/** The smallest page of any kernel; the blocks of a KDUMP may be larger. */
const pageSizeInBytes = 4096;
const nameOffset = 12;
const name: Uint8Array = latin1Bytes('VMCOREINFO');
const textStart: Uint8Array = latin1Bytes('OSRELEASE=');
const headSizeInBytes: number = nameOffset + name.length;
/** A crash appends it to the note, and to a copy that the capture kernel may overwrite. */
const crashTime = /CRASHTIME=\d+\n$/;

/** A page that begins as a note does, or as the text of one. */
interface Head {
  readonly page: number;
  readonly kind: 'note' | 'text';
}

/** The pages that begin as a note of a kernel does, or as its text. */
export const ownNoteLook: MemoryLook<Head> = {
  doing: 'searching memory for VMCOREINFO',
  begin: () => addHeads,
};

function addHeads({ address, firstPage, bytes, isZero }: Stretch, heads: Head[]): void {
  const end = isZero ? -1 : bytes.length - headSizeInBytes;
  for (let at = firstPage; at <= end; at += pageSizeInBytes) {
    if (hasBytes(bytes, at + nameOffset, name)) {
      heads.push({ page: address + at, kind: 'note' });
    } else if (hasBytes(bytes, at, textStart)) {
      heads.push({ page: address + at, kind: 'text' });
    }
  }
}

/** The same as `searchOwnNotes`, once a search. */
export function ownNotesIn({
  dump,
  memo,
}: Pick<HeuristicContext, 'dump' | 'memo'>): Generator<Progress, readonly ParsedNote[], void> {
  return memo('own-notes', () => searchOwnNotes(dump));
}

/**
 * The notes that may be a kernel's own; none where there are too many. Since Linux 4.13 a kernel
 * allocates a page for its note, and one for the text. Readers of /proc/kcore and capture kernels
 * leave copies, which do not begin a page. Reads some bytes of each stored page.
 * Source: Linux, crash_save_vmcoreinfo_init() in kernel/vmcore_info.c.
 */
export function* searchOwnNotes(dump: Dump): Generator<Progress, readonly ParsedNote[], void> {
  const { memory } = dump.image;
  const notes: PhysicalVmcoreInfo[] = [];
  const texts = new Set<string>();
  for (const step of lookThrough(memory, ownNoteLook)) {
    if (step.kind === 'progress') {
      yield step;
    } else if (step.kind === 'text') {
      if (texts.size < maxCopies) {
        texts.add(textOf(textIn(memory, step.page) ?? ''));
      }
    } else {
      const note = vmcoreInfoAt(memory, step.page);
      if (note !== undefined && notes.push(note) > maxNotes) {
        return [];
      }
    }
  }
  return notes.map((note) => ({
    ...note,
    info: new VmcoreInfo(note.text),
    isCopied: texts.has(textOf(note.text)),
  }));
}

/**
 * The note that the absolute lowcore of s390x or the code of a kernel of arm64 or i386 points
 * to, without a search. Undefined where its copy is not found so either, and on other machines.
 */
export function pointedNoteOf(kernel: KernelView): ParsedNote | undefined {
  const { architecture, image } = kernel.dump;
  const { memory } = image;
  const note =
    architecture?.name === architectureWithLowcore ? lowcoreVmcoreInfo(memory) : noteByCode(kernel);
  if (note === undefined) {
    return undefined;
  }
  const text = textOf(note.text);
  const isCopied = [...copiesByCode(kernel), ...pagesAround(note.address)].some(
    (page) => page >= 0 && textOf(textIn(memory, page) ?? '') === text,
  );
  return isCopied ? { ...note, info: new VmcoreInfo(note.text), isCopied } : undefined;
}

/** The nearest first. */
function pagesAround(address: number): number[] {
  return Array.from(
    { length: mostPagesToCopy },
    (_, index) => (index + 1) * pageSizeInBytes,
  ).flatMap((distance) => [address - distance, address + distance]);
}

/**
 * What a kernel's own note claims. Nothing else in memory may say the build ID, so it counts only
 * where both copies of the text say the same: one of them may be damaged.
 */
export function claimOfNote({ info, isCopied }: ParsedNote, dump: Dump): KernelClaim {
  const { buildId, ...claim } = vmcoreInfoClaim(info, dump);
  return buildId === undefined || !isCopied ? claim : { ...claim, buildId };
}

function textIn(memory: PhysicalMemory, page: number): string | undefined {
  return tryRead(() => latin1UntilNul(memory.read(page, pageSizeInBytes)));
}

/** The text as it was before a crash. */
function textOf(text: string): string {
  return text.replace(crashTime, '');
}

/** Most pages differ in the first byte. */
function hasBytes(view: Uint8Array, at: number, bytes: Uint8Array): boolean {
  return view[at] === bytes[0] && bytes.every((byte, index) => view[at + index] === byte);
}
