import type {
  ArchitectureTable,
  ByteOrder,
  Damage,
  DumpImage,
  HeaderValue,
  ImageFacts,
  Note,
  Progress,
  WriterStamp,
} from '@vmcorekit/core';
import { checkBitmaps } from './check-bitmaps.ts';
import { missingEnd } from './damage.ts';
import { readWriterStamp } from './header/writer-stamp-place.ts';
import { imageFacts } from './image-facts.ts';
import type { KdumpMemory } from './memory/kdump-memory.ts';
import type { KdumpPart } from './part/kdump-part.ts';
import type { Attachments } from './read-notes.ts';

/** An opened KDUMP dump. The header of a split set is that of the part with the lowest PFNs. */
export class KdumpImage implements DumpImage {
  readonly format = 'kdump';
  readonly architecture: string | null;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly memory: KdumpMemory;
  readonly notes: readonly Note[];
  readonly header: ReadonlyMap<string, HeaderValue>;
  readonly headerOffsets: ReadonlyMap<string, number>;
  readonly facts: ImageFacts;
  readonly vmcoreinfo: string | null;
  readonly eraseinfo: string | null;
  readonly writerStamp: WriterStamp | null;
  readonly damage: readonly Damage[];
  readonly #parts: readonly KdumpPart[];

  constructor(
    parts: readonly [KdumpPart, ...KdumpPart[]],
    memory: KdumpMemory,
    attachments: Attachments,
    damage: readonly Damage[],
    architectures: ArchitectureTable,
  ) {
    const { fields, offsets, flavour } = parts[0].header;
    // QEMU 8.0 and later write `Unknown` as the machine; then the notes decide.
    const architecture =
      architectures.ofUtsname(String(fields.get('machine'))) ??
      architectures.ofNotes(attachments.notes, flavour.wordSizeInBits, flavour.byteOrder);
    this.architecture = architecture?.name ?? null;
    this.byteOrder = flavour.byteOrder;
    this.wordSizeInBits = flavour.wordSizeInBits;
    this.memory = memory;
    this.notes = attachments.notes;
    this.header = fields;
    this.headerOffsets = offsets;
    this.facts = imageFacts(parts[0].header, attachments.vmcoreinfo);
    this.vmcoreinfo = attachments.vmcoreinfo;
    this.eraseinfo = attachments.eraseinfo;
    this.writerStamp = readWriterStamp(parts[0].source, parts[0].header.blockSizeInBytes);
    this.damage = damage;
    this.#parts = parts;
  }

  *check(): Generator<Progress | Damage, void, void> {
    for (const part of this.#parts) {
      yield* checkBitmaps(part);
      yield* part.dumped.isQuicklyCounted ? [] : missingEnd(part);
    }
  }

  [Symbol.dispose](): void {
    for (const part of this.#parts) {
      part[Symbol.dispose]();
    }
  }
}
