import {
  type CandidateFinding,
  type Finding,
  type FoundVmcoreInfo,
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
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { type KnownImage, knownImages } from '../known-images.ts';
import { spokenVmcoreInfo } from '../vmcoreinfo-note.ts';

/** A note, and the variable of the kernel that leads to it. */
interface OwnNote extends NotePointer {
  readonly info: VmcoreInfo;
  readonly claim: CandidateFinding['claim'];
}

/**
 * Of the notes that a search found, those that a kernel's own data point to, for kernels without the symbol `vmcoreinfo_note`. A process
 * cannot forge that: the pointer lies in the image, is translated through the root of a CPU or the one that the kernel's code names, and
 * code of the kernel loads it. Where several notes are pointed to and differ, none counts.
 */
export function* byData(
  context: HeuristicContext,
  notes: readonly FoundVmcoreInfo<number>[],
): Generator<Finding | Progress, void, void> {
  for (const known of notes.length === 0 ? [] : knownImages(context)) {
    const seen = yield* context.kernelThrough(known.image.root, known.image.runs);
    const kernel = seen.symbols.find('vmcoreinfo_note') === undefined ? yield* throughOwnRoot(known, seen) : undefined;
    if (kernel !== undefined) {
      yield* ofKernel(known, kernel, yield* ownNotes(kernel, notes));
    }
  }
}

function* ofKernel(known: KnownImage, kernel: KernelView, own: readonly OwnNote[]): Generator<Finding, void, void> {
  const { imageOffset, runs } = known.image;
  const ofThis = own.filter(({ claim }) => claim.imageOffset === imageOffset);
  for (const other of distinct(own.filter((note) => !ofThis.includes(note)))) {
    yield { kind: 'contradiction', claim: other.claim, because: saying(other), at: placesOf(other) };
  }
  const [note, ...more] = distinct(ofThis);
  if (note === undefined) {
    return;
  }
  if (more.length > 0) {
    yield {
      kind: 'remark',
      because: "several notes that the kernel's data point to differ",
      at: [note, ...more].flatMap(placesOf),
    };
    return;
  }
  const text = runs.find((run) => run.isExecutable)?.virtualAddress ?? 0n;
  yield {
    kind: 'candidate',
    evidence: 'vmcoreinfo',
    strength: isOffsetProved(kernel, note.info, note.variable, text) ? 'proof' : 'strong',
    claim: note.claim,
    because: saying(note),
    at: placesOf(note),
    ...(known.reachedByCpu ? { reachedByCpu: true } : {}),
  };
}

/** One of each text. */
function distinct(notes: readonly OwnNote[]): OwnNote[] {
  return [...new Map(notes.map((note) => [note.info.text, note])).values()];
}

/** The kernel through a root that no process can have made; undefined where none is known. */
function* throughOwnRoot({ reachedByCpu }: KnownImage, kernel: KernelView): Generator<Progress, KernelView | undefined, void> {
  const { dump } = kernel;
  const mmu = dump.architecture?.mmu;
  const root = reachedByCpu ? kernel.root : (yield* findPhysBaseInCode(kernel))?.root;
  return root === undefined || mmu === undefined
    ? undefined
    : { ...kernel, root, memory: new TranslatedMemory(dump.image.memory, mmu, root) };
}

function* ownNotes(kernel: KernelView, notes: readonly FoundVmcoreInfo<number>[]): Generator<Progress, OwnNote[], void> {
  const byAddress = new Map(notes.map((note) => [note.address, note]));
  const pointers = yield* findNotePointers(kernel, new Set(byAddress.keys()));
  if (pointers.length === 0) {
    return [];
  }
  const { loaded, isTextKnown } = yield* findLoads(
    kernel,
    pointers.map(({ variable }) => variable),
  );
  return pointers
    .filter(({ variable }) => loaded.has(variable) || !isTextKnown)
    .map((pointer) => ({ ...pointer, info: new VmcoreInfo(byAddress.get(pointer.notePhysicalAddress)?.text ?? '') }))
    .filter(({ info }) => hasItsSymbols(kernel, info))
    .map((note) => ({ ...note, claim: vmcoreInfoClaim(note.info, kernel.dump) }));
}

/** The start of the text, which kallsyms name even where they hold functions only. */
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
