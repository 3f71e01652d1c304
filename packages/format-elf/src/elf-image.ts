import {
  type ArchitectureTable,
  type ByteOrder,
  type ByteSource,
  type Cpu,
  type Damage,
  type DumpImage,
  ERASEINFO_NOTE_NAME,
  firstLostIn,
  type HeaderValue,
  type ImageFacts,
  type Note,
  type PhysicalMemory,
  textOfNotes,
  VMCOREINFO_NOTE_NAME,
  VmcoreInfo,
  VmcorekitError,
  type WriterStamp,
} from '@vmcorekit/core';
import { FileMemory } from '@vmcorekit/file-memory';
import { ET_CORE, PT_LOAD } from './elf-constants.ts';
import { type ElfHeader, readElfHeader } from './elf-header.ts';
import { readNotes } from './elf-notes.ts';
import { kcoreMoment, kcoreNote, kcoreSigns } from './kcore.ts';
import { piecesOfSegments } from './memory/pieces-of-segments.ts';
import { tailKindOf } from './memory/tail-kind.ts';
import { originSigns } from './origin-signs.ts';
import { pageSizeOf } from './page-size.ts';
import { type ProgramHeaders, readProgramHeaders } from './program-headers.ts';
import { refuseProcessCore } from './refuse-process-core.ts';
import { readWriterStamp } from './writer-stamp-place.ts';

/** An ELF vmcore. */
export class ElfImage implements DumpImage {
  readonly format: string = 'elf';
  readonly architecture: string | null;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly memory: PhysicalMemory;
  readonly notes: readonly Note[];
  readonly header: ReadonlyMap<string, HeaderValue>;
  readonly headerOffsets: ReadonlyMap<string, number>;
  readonly facts: ImageFacts;
  readonly vmcoreinfo: string | null;
  readonly eraseinfo: string | null;
  readonly writerStamp: WriterStamp | null;
  readonly damage: readonly Damage[];
  readonly cpus?: () => readonly Pick<Cpu, 'pid' | 'registers'>[];
  readonly #source: ByteSource;
  readonly #memory: FileMemory;

  /**
   * Opens an ELF vmcore; `architectures` names its machine. Throws `truncated`, `malformed`, or
   * `unsupported` for ELF files that are no vmcore. It does not dispose the source then.
   */
  constructor(source: ByteSource, architectures: ArchitectureTable) {
    const elf = readElfHeader(source);
    refuseOtherTypes(source, elf);
    const damage: Damage[] = [];
    const headers = readProgramHeaders(source, elf, damage);
    refuseEmpty(source, elf, headers);
    const notes = readNotes(source, headers, elf.byteOrder, damage);
    refuseProcessCore(source, headers, notes);
    // Damage of program headers and notes; that of segments comes next.
    const isHoley = firstLostIn(source, 0, source.sizeInBytes) !== undefined;
    const areNotesLost = isHoley || damage.some(({ loses }) => loses !== 'nothing');
    const tailKind = tailKindOf(notes, areNotesLost);
    const ofKcore = kcoreNote(notes);
    const order = ofKcore === undefined ? 'as-written' : 'largest-first';
    const pieces = piecesOfSegments(headers, source, { tailKind, order }, damage);
    const firstLoad = headers.type.indexOf(PT_LOAD);
    const p_align = headers.align[firstLoad] ?? 0;
    const architecture = architectures.ofElf(elf.e_machine, elf.wordSizeInBits, notes);
    this.architecture = architecture?.name ?? null;
    this.byteOrder = elf.byteOrder;
    this.wordSizeInBits = elf.wordSizeInBits;
    this.notes = notes;
    this.vmcoreinfo = textOfNotes(notes, VMCOREINFO_NOTE_NAME);
    this.eraseinfo = textOfNotes(notes, ERASEINFO_NOTE_NAME);
    this.writerStamp = readWriterStamp(source, headers);
    this.header = new Map([...elf.fields, ['p_align', p_align]]);
    this.headerOffsets = new Map([
      ...elf.offsets,
      ['p_align', headers.fileOffset + firstLoad * headers.entrySizeInBytes + headers.alignOffset],
    ]);
    this.facts =
      ofKcore === undefined
        ? { origins: originSigns(elf, headers, notes) }
        : { origins: kcoreSigns(ofKcore), takenWhileRunning: kcoreMoment(ofKcore) };
    if (ofKcore !== undefined) {
      // Its one NT_PRSTATUS is empty, and of no CPU.
      this.cpus = () => [];
    }
    this.damage = damage;
    this.#source = source;
    const told =
      this.vmcoreinfo === null ? undefined : new VmcoreInfo(this.vmcoreinfo).pageSizeInBytes;
    this.#memory = new FileMemory(source, pieces, {
      part: 'segment',
      pageSizeInBytes: pageSizeOf(architecture?.pageSizesInBytes, told, p_align),
      byteOrder: elf.byteOrder,
    });
    this.memory = this.#memory;
  }

  [Symbol.dispose](): void {
    this.#memory.dispose();
    this.#source[Symbol.dispose]();
  }
}

const typeNames: ReadonlyMap<number, string> = new Map([
  [0, 'ET_NONE'],
  [1, 'ET_REL, an object file or module'],
  [2, 'ET_EXEC, an executable'],
  [3, 'ET_DYN, a position-independent executable or library'],
]);

function refuseOtherTypes(source: ByteSource, elf: ElfHeader): void {
  if (elf.e_type !== ET_CORE) {
    // ET_NONE and what ELF does not know may be a dump whose header was damaged.
    const isProgram = elf.e_type > 0 && typeNames.has(elf.e_type);
    throw new VmcorekitError('unsupported', {
      what: `${source.name} is ELF, but not a dump (e_type ${elf.e_type}: ${typeNames.get(elf.e_type) ?? 'unknown'})`,
      advice:
        'a dump has e_type 4, ET_CORE; if this is the vmlinux of the dumped kernel, give the dump, and this file with --symbols',
      ...(isProgram ? { holds: 'no-memory' } : {}),
    });
  }
}

function refuseEmpty(source: ByteSource, elf: ElfHeader, headers: ProgramHeaders): void {
  if (!headers.type.includes(PT_LOAD)) {
    const end = elf.e_phoff + headers.count * headers.entrySizeInBytes;
    if (elf.e_phnum > 0 && end + headers.entrySizeInBytes > source.sizeInBytes) {
      throw new VmcorekitError('truncated', {
        structure: 'program headers',
        fileOffset: elf.e_phoff,
        wanted: elf.e_phnum * elf.e_phentsize,
        got: Math.max(0, source.sizeInBytes - elf.e_phoff),
        fileSize: source.sizeInBytes,
      });
    }
    throw new VmcorekitError('malformed', {
      structure: 'program headers',
      fileOffset: elf.e_phoff,
      field: 'p_type',
      wanted: 'at least one PT_LOAD',
      got: `none in ${headers.count}`,
    });
  }
}
