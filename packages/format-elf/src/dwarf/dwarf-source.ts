import {
  type ByteSource,
  type Compressor,
  type CompressorRegistry,
  isVmcorekitError,
  type TypeSource,
} from '@vmcorekit/core';
import type { Section } from '../vmlinux/section-headers.ts';
import { DebugInfo } from './debug-info.ts';
import { type FileEncoding, methodOf, openSection, type SectionCodecs } from './debug-section.ts';
import { DwarfTypes } from './dwarf-types.ts';
import { DebugStrings } from './strings.ts';

const needed = ['.debug_info', '.debug_abbrev'] as const;
const ofStrings = ['.debug_str', '.debug_line_str', '.debug_str_offsets'] as const;

/** Whether a file holds types in DWARF. */
export function hasDwarf(sections: readonly Section[]): boolean {
  return needed.every((name) => sectionOf(sections, name) !== undefined);
}

/** The codecs that a file's debug sections need, as far as the caller has them. */
export async function codecsFor(
  source: ByteSource,
  sections: readonly Section[],
  encoding: FileEncoding,
  compressors: CompressorRegistry,
): Promise<SectionCodecs> {
  const codecs = new Map<string, Compressor>();
  for (const name of [...needed, ...ofStrings]) {
    const section = sectionOf(sections, name);
    const method = section === undefined ? undefined : methodOf(source, section, encoding);
    if (method !== undefined && !codecs.has(method)) {
      const codec = await readyCodec(compressors, method);
      if (codec !== undefined) {
        codecs.set(method, codec);
      }
    }
  }
  return codecs;
}

async function readyCodec(
  compressors: CompressorRegistry,
  method: string,
): Promise<Compressor | undefined> {
  try {
    return await compressors.ready(method, 'decode');
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name')) {
      return undefined;
    }
    throw error;
  }
}

/** The types in a file's DWARF. Opening them reads all of it once; the source must stay open. */
export function dwarfSource(
  source: ByteSource,
  sections: readonly Section[],
  encoding: FileEncoding,
  codecs: SectionCodecs,
): TypeSource {
  const open = (name: string) => {
    const section = sectionOf(sections, name);
    return section === undefined ? undefined : openSection(source, section, encoding, codecs);
  };
  return {
    name: `the DWARF of ${source.name}`,
    open() {
      const [info, abbreviations] = needed.map(open);
      const [strings, lineStrings, offsets] = ofStrings.map(open);
      const { byteOrder, wordSizeInBits } = encoding;
      const names = new DebugStrings({ strings, lineStrings, offsets }, byteOrder);
      return new DwarfTypes(
        new DebugInfo(info ?? nothing, abbreviations ?? nothing, names, byteOrder),
        `DWARF of ${source.name}`,
        wordSizeInBits,
      );
    },
  };
}

/** Stands for a section that the file lacks. */
const nothing = { name: 'none', sizeInBytes: 0, read: () => new Uint8Array(0) };

/** A file of debug information only may have empty sections of the same names. */
function sectionOf(sections: readonly Section[], wanted: string): Section | undefined {
  return sections.find(({ name, fileSizeInBytes }) => name === wanted && fileSizeInBytes > 0);
}
