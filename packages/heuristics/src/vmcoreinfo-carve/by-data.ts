import {
  type CandidateFinding,
  type Finding,
  type HeuristicContext,
  hex,
  type KernelView,
  type Progress,
  TranslatedMemory,
  VmcoreInfo,
} from '@vmcorekit/core';
import {
  findLoads,
  findNotePointers,
  findPhysBaseInCode,
  isOffsetProved,
  type NotePointer,
  vmcoreInfoAt,
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { placeOf } from '../image-claim.ts';
import { type KnownImage, knownImages } from '../known-images.ts';
import { spokenVmcoreInfo } from '../vmcoreinfo-note.ts';

/** The architecture whose code is searched for loads of the pointer. */
const knownCode = 'x86_64';
/** The number of reported notes with another phys_base. */
const maxOthers = 16;

/** A note, and the kernel variable that leads to it. */
interface OwnNote extends NotePointer {
  readonly info: VmcoreInfo;
  readonly claim: CandidateFinding['claim'];
}

/**
 * Of the notes that a search found, those that a kernel's own data point to, for kernels without
 * the symbol `vmcoreinfo_note`. A process cannot forge this. The pointer lies in the image. It is
 * translated through the root of a CPU, or the one that the kernel's code names. Kernel code loads
 * it. Where several different notes are pointed to, none counts.
 */
export function* byData(
  context: HeuristicContext,
  notes: readonly number[],
): Generator<Finding | Progress, void, void> {
  const isSearched = notes.length > 0 && context.dump.architecture?.name === knownCode;
  for (const known of isSearched ? knownImages(context) : []) {
    const seen = yield* context.kernelThrough(known.image.root, known.image.runs);
    const kernel =
      seen.symbols.find('vmcoreinfo_note') === undefined
        ? yield* throughOwnRoot(known, seen)
        : undefined;
    if (kernel !== undefined) {
      yield* ofKernel(known, kernel, yield* ownNotes(kernel, notes));
    }
  }
}

function* ofKernel(
  known: KnownImage,
  kernel: KernelView,
  own: readonly OwnNote[],
): Generator<Finding, void, void> {
  const { imageOffset, runs } = known.image;
  const { layout } = kernel.dump;
  // Before Linux 4.10, a note has no phys_base.
  const ofThis = own.filter(({ claim }) => (claim.imageOffset ?? imageOffset) === imageOffset);
  const [note, ...more] = distinct(ofThis);
  if (more.length > 0) {
    const because = "the kernel's data point to several notes, which differ";
    yield { kind: 'remark', because, at: distinct(ofThis).slice(0, maxOthers).flatMap(placesOf) };
  } else if (note !== undefined && layout !== null) {
    const text = runs.find((run) => run.isExecutable)?.virtualAddress ?? 0n;
    const isProof =
      note.claim.imageOffset !== undefined &&
      isOffsetProved(kernel, note.info, note.variable, text);
    yield {
      kind: 'candidate',
      evidence: 'vmcoreinfo',
      strength: isProof ? 'proof' : 'strong',
      claim: { ...note.claim, ...placeOf(imageOffset, layout) },
      because: saying(note),
      at: placesOf(note),
      ...(known.reachedByCpu ? { reachedByCpu: true } : {}),
    };
  }
  for (const other of distinct(own.filter((each) => !ofThis.includes(each))).slice(0, maxOthers)) {
    yield {
      kind: 'contradiction',
      claim: other.claim,
      because: saying(other),
      at: placesOf(other),
    };
  }
}

/** One note for each text. */
function distinct(notes: readonly OwnNote[]): OwnNote[] {
  return [...new Map(notes.map((note) => [note.info.text, note])).values()];
}

/**
 * The kernel through a root that no process can have made; undefined where no such root is known.
 */
function* throughOwnRoot(
  { reachedByCpu }: KnownImage,
  kernel: KernelView,
): Generator<Progress, KernelView | undefined, void> {
  const { dump } = kernel;
  const mmu = dump.architecture?.mmu;
  const root = reachedByCpu ? kernel.root : (yield* findPhysBaseInCode(kernel))?.root;
  return root === undefined || mmu === undefined
    ? undefined
    : { ...kernel, root, memory: new TranslatedMemory(dump.image.memory, mmu, root) };
}

function* ownNotes(
  kernel: KernelView,
  notes: readonly number[],
): Generator<Progress, OwnNote[], void> {
  const pointers = yield* findNotePointers(kernel, new Set(notes));
  if (pointers.length === 0) {
    return [];
  }
  const { loaded, isTextKnown } = yield* findLoads(
    kernel,
    pointers.map(({ variable }) => variable),
  );
  const counting = pointers.filter(({ variable }) => loaded.has(variable) || !isTextKnown);
  const byNote = new Map(counting.map((pointer) => [pointer.notePhysicalAddress, pointer]));
  return [...byNote.values()].flatMap((pointer) => {
    const note = vmcoreInfoAt(kernel.dump.image.memory, pointer.notePhysicalAddress);
    const info = new VmcoreInfo(note?.text ?? '');
    const isOwn = note !== undefined && hasItsSymbols(kernel, info);
    return isOwn ? [{ ...pointer, info, claim: vmcoreInfoClaim(info, kernel.dump) }] : [];
  });
}

/** The start of the text. Kallsyms name it even where they hold functions only. */
function hasItsSymbols({ symbols }: KernelView, info: VmcoreInfo): boolean {
  const told = info.symbol('_stext');
  const actual = symbols.find('_stext')?.address;
  return told === undefined || actual === undefined || told === actual;
}

function saying({ variable, notePhysicalAddress, info }: OwnNote): string {
  return `the kernel's data at ${hex(variable)} point to the note at ${hex(notePhysicalAddress)}, which says ${spokenVmcoreInfo(info)}`;
}

function placesOf({ variable, notePhysicalAddress }: OwnNote): CandidateFinding['at'] {
  return [{ virtualAddress: variable }, { physicalAddress: notePhysicalAddress }];
}
