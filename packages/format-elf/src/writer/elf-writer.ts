import {
  type ArchitectureTable,
  type BareNote,
  type ByteSink,
  type DumpImage,
  type DumpWriter,
  ERASEINFO_NOTE_NAME,
  encodeNoteArea,
  type FormatContext,
  hex,
  imageToWrite,
  notesToWrite,
  type OutputKind,
  type PhysicalRange,
  type Progress,
  textOfNotes,
  VMCOREINFO_NOTE_NAME,
  VmcoreInfo,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
  withTextFirst,
} from '@vmcorekit/core';
import { type FileLayout, writeStretches } from '@vmcorekit/file-memory';
import { alignmentFor } from '../page-size.ts';
import { maxProgramHeaders } from '../program-header-count.ts';
import { composeHead, type HeadParts } from './compose-head.ts';

/** The fields that a caller may set; the rest follows from the dump. */
const settable = ['e_machine', 'e_flags'] as const;

const kind: OutputKind = { name: 'elf', summary: 'an ELF file', endings: ['.elf'] };

/**
 * Writes ELF vmcores with plain headers that every reader accepts, in the image's word size and
 * byte order. Unknown memory lies in no segment. Zero pages lie in their segment as zeros, which a
 * seekable sink stores as holes. A tail (p_memsz > p_filesz) would be smaller in a stream. But
 * `makedumpfile -E` leaves out pages that way, so readers disagree on its meaning.
 */
export class ElfWriter implements DumpWriter {
  readonly kinds: readonly OutputKind[] = [kind];

  /**
   * Throws `usage` for a compression or a header field that ELF does not have. The generator throws
   * `unsupported` where memory does not fit a 32-bit file, is in too many pieces, or is empty.
   */
  async write(
    image: DumpImage,
    sink: ByteSink,
    options: WriteOptions,
    { architectures }: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>> {
    const compression = options.compression ?? 'none';
    if (compression !== 'none') {
      throw new VmcorekitError('usage', {
        what: 'compression of an ELF file',
        got: compression,
        allowed: 'none',
      });
    }
    const described = imageToWrite(image, options, architectures);
    const parts = headerParts(described, options, architectures);
    return writeStretches(described, sink, {
      summary: kind.summary,
      maxStretches: maxProgramHeaders,
      filters: options.filters ?? [],
      layOut: (stretches) => laidOut(parts, stretches),
    });
  }
}

type FixedParts = Omit<HeadParts, 'stretches'>;

function headerParts(
  image: DumpImage,
  options: WriteOptions,
  architectures: ArchitectureTable,
): FixedParts {
  const fields = new Map<string, number>();
  for (const [name, value] of options.header ?? []) {
    if (!settable.some((field) => field === name)) {
      throw new VmcorekitError('usage', {
        what: 'a header field to set',
        got: name,
        allowed: settable.join(', '),
      });
    }
    fields.set(name, Number(value));
  }
  const own = (name: string): number | undefined =>
    image.format === 'elf' && options.machine === undefined
      ? Number(image.header.get(name))
      : undefined;
  // libkdumpfile refuses notes of one machine under the number of another. That happens for a guest
  // of qemu-system-x86_64 that is not in long mode: it has i386 notes, but a KDUMP file's header
  // says x86_64.
  const e_machine =
    fields.get('e_machine') ??
    own('e_machine') ??
    architectures.elfMachineOf(image.architecture, image.notes);
  if (e_machine === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `an ELF file of the architecture '${image.architecture ?? 'unknown'}'`,
      advice: 'write KDUMP instead',
    });
  }
  const { wordSizeInBits } = image;
  const { pageSizeInBytes } = image.memory;
  const notes = notesInOrder(image, options);
  const vmcoreinfo = textOfNotes(notes, VMCOREINFO_NOTE_NAME);
  const told = vmcoreinfo === null ? undefined : new VmcoreInfo(vmcoreinfo).pageSizeInBytes;
  return {
    wordSizeInBits,
    byteOrder: image.byteOrder,
    pageSizeInBytes,
    p_align: alignmentFor(
      pageSizeInBytes,
      architectures.ofElf(e_machine, wordSizeInBits)?.pageSizesInBytes,
      told,
    ),
    e_machine,
    e_flags: fields.get('e_flags') ?? own('e_flags') ?? 0,
    notes: encodeNoteArea(notes, image.byteOrder),
    mappings: options.mappings ?? {},
  };
}

/** ERASEINFO is a note in ELF; KDUMP has a separate place for it. */
function notesInOrder(image: DumpImage, options: WriteOptions): readonly BareNote[] {
  return withTextFirst(notesToWrite(image, options), ERASEINFO_NOTE_NAME, image.eraseinfo);
}

function laidOut(parts: FixedParts, stretches: readonly PhysicalRange[]): FileLayout {
  const layout = composeHead({ ...parts, stretches });
  const end = Math.max(stretches.at(-1)?.end ?? 0, layout.sizeInBytes);
  if (parts.wordSizeInBits === 32 && end > 2 ** 32) {
    throw new VmcorekitError('unsupported', {
      what: `memory or a file beyond 4 GiB (up to ${hex(end)}) in a 32-bit ELF file`,
      advice: 'write KDUMP instead',
    });
  }
  return layout;
}
