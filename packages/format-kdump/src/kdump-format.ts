import {
  type ArchitectureTable,
  type ByteSource,
  type Damage,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  isVmcorekitError,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { damageOf } from './damage.ts';
import { detectFlavour, hasSignature } from './header/detect.ts';
import { parseHeader } from './header/parse-header.ts';
import { KdumpImage } from './kdump-image.ts';
import { KdumpMemory } from './memory/kdump-memory.ts';
import { PageCodecs } from './memory/page-codecs.ts';
import { KdumpPart } from './part/kdump-part.ts';
import { readAttachments } from './read-notes.ts';
import { joinParts, splitKeyOf } from './split-set.ts';
import { KdumpWriter } from './writer/kdump-writer.ts';

/** Compressed kdump files, as makedumpfile, QEMU and others write them: header versions 1 to 6. */
export class KdumpFormat implements DumpFormat {
  readonly name = 'kdump';
  readonly summary =
    'compressed kdump files (KDUMP header versions 1 to 6), 32- and 64-bit, either byte order, whole or split';
  readonly writer: KdumpWriter = new KdumpWriter();

  probe({ head }: FileHead): FileClaim | undefined {
    if (!hasSignature(head)) {
      return undefined;
    }
    const flavour = detectFlavour(head);
    return {
      because:
        flavour === undefined
          ? 'KDUMP signature, with a header that makes no sense'
          : `KDUMP signature, ${flavour.wordSizeInBits}-bit ${flavour.byteOrder}-endian header`,
      strength: 'signature',
    };
  }

  async open(
    files: readonly ByteSource[],
    context: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const joined = joinParts(files.map((file) => new KdumpPart(file)));
    const [first, ...others] = joined.parts;
    if (first === undefined) {
      throw new VmcorekitError('contract', { what: 'a dump was opened with no file' });
    }
    const parts = [first, ...others] as const;
    return imageOfParts(
      parts,
      joined.damage,
      await PageCodecs.prepare(parts, context.compressors),
      context.architectures,
    );
  }

  splitSetOf(source: ByteSource): string | undefined {
    try {
      return splitKeyOf(parseHeader(source));
    } catch (error) {
      if (isVmcorekitError(error)) {
        return undefined;
      }
      throw error;
    }
  }
}

function* imageOfParts(
  parts: readonly [KdumpPart, ...KdumpPart[]],
  joinDamage: readonly Damage[],
  codecs: PageCodecs,
  architectures: ArchitectureTable,
): Generator<Progress, DumpImage, void> {
  const [first] = parts;
  const attachments = readAttachments(first.source, first.header);
  const damage: Damage[] = [...attachments.damage, ...joinDamage];
  for (const [index, part] of parts.entries()) {
    yield {
      kind: 'progress',
      doing: 'reading the end of the file',
      fraction: index / parts.length,
    };
    damage.push(...damageOf(part));
  }
  return new KdumpImage(
    parts,
    new KdumpMemory(parts, codecs, damage),
    attachments,
    damage,
    architectures,
  );
}
