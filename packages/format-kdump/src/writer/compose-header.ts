import {
  type ArchitectureTable,
  CORE_NOTE_NAME,
  type DumpImage,
  type HeaderValue,
  hintOf,
  NT_PRSTATUS,
  VmcoreInfo,
  VmcorekitError,
  type WriteOptions,
} from '@vmcorekit/core';
import { fieldsToSet } from '../header/fields-to-set.ts';
import {
  type FieldType,
  headerFields,
  headerSizeInBytes,
  type SubHeaderLayout,
  signature,
  subHeaderFields,
  subHeaderSizeInBytes,
} from '../header/layout.ts';
import { writeField } from '../header/write-fields.ts';

/** Fields that the writer computes itself; a caller that set these would break the file. */
const computedFields: ReadonlySet<string> = new Set([
  'header_version',
  'block_size',
  'sub_hdr_size',
  'bitmap_blocks',
  'max_mapnr',
  'max_mapnr_64',
  'split',
  'start_pfn',
  'end_pfn',
  'start_pfn_64',
  'end_pfn_64',
  'offset_vmcoreinfo',
  'size_vmcoreinfo',
  'offset_note',
  'size_note',
  'offset_eraseinfo',
  'size_eraseinfo',
]);

/** 32-bit machines whose compilers align 64-bit members to eight bytes. */
const paddingMachine = /^(arm|mips|ppc)/;

/**
 * The fields that describe the dump: the caller's, else what the image states, else what VMCOREINFO
 * and the notes say.
 */
export function describe(
  image: DumpImage,
  options: WriteOptions,
  architectures: ArchitectureTable,
): Map<string, HeaderValue> {
  const known = new Map<string, { readonly type: FieldType }>(
    [...headerFields, ...subHeaderFields].map((field) => [field.name, field]),
  );
  const asked = fieldsToSet(options);
  for (const name of asked.keys()) {
    if (computedFields.has(name) || !known.has(name)) {
      const allowed = [...known.keys()].filter((field) => !computedFields.has(field)).join(', ');
      throw new VmcorekitError('usage', { what: 'a header field to set', got: name, allowed });
    }
  }
  const text = options.vmcoreinfo === undefined ? image.vmcoreinfo : options.vmcoreinfo;
  const info = new VmcoreInfo(text ?? '');
  const fields = new Map<string, HeaderValue>();
  fields.set('release', info.release ?? '');
  const architecture = options.machine?.architecture ?? image.architecture;
  fields.set(
    'machine',
    architectures.named(architecture)?.machines.utsname[0] ?? architecture ?? 'Unknown',
  );
  fields.set('phys_base', BigInt(info.physBase ?? 0));
  fields.set(
    'nr_cpus',
    image.notes.filter((note) => note.name === CORE_NOTE_NAME && note.type === NT_PRSTATUS).length,
  );
  // For another machine than the file's, the file's machine name is wrong.
  const stated = [...statedBy(image)].filter(
    ([name]) => name !== 'machine' || options.machine === undefined,
  );
  for (const [name, value] of [...stated, ...asked]) {
    if (known.has(name) && !computedFields.has(name)) {
      fields.set(name, value);
    }
  }
  return fields;
}

/** All header fields of another KDUMP file; of another format, its format-neutral facts. */
function statedBy({ format, header, facts }: DumpImage): ReadonlyMap<string, HeaderValue> {
  if (format === 'kdump') {
    return header;
  }
  const physBase = hintOf(facts, 'physBase');
  const utsname = Object.entries(facts?.utsname ?? {}).map(
    ([name, { value }]) => [name, value] as const,
  );
  return fieldsToSet({
    facts: {
      ...(physBase === undefined
        ? {}
        : { physBase: physBase.isUnknownMarker ? 'unknown' : physBase.value }),
      utsname: Object.fromEntries(utsname.filter(([, value]) => value !== '')),
      ...(facts?.timestampInSeconds === undefined
        ? {}
        : { timestampInSeconds: facts.timestampInSeconds.value }),
    },
  });
}

export function subHeaderLayoutFor(image: DumpImage, machine: string): SubHeaderLayout {
  if (image.wordSizeInBits === 64) {
    return '64-bit';
  }
  return paddingMachine.test(machine) ? '32-bit padded' : '32-bit packed';
}

/**
 * The bytes of block 0 and of the sub header after it. `fields` holds every field by its
 * specification's name; missing ones are 0.
 */
export function encodeHeaders(
  image: DumpImage,
  layout: SubHeaderLayout,
  fields: ReadonlyMap<string, HeaderValue>,
): { readonly header: Uint8Array; readonly subHeader: Uint8Array } {
  const { wordSizeInBits, byteOrder } = image;
  const header = new Uint8Array(headerSizeInBytes[wordSizeInBits]);
  header.set(Array.from(signature, (character) => character.charCodeAt(0)));
  for (const field of headerFields) {
    const offset = wordSizeInBits === 64 ? field.offset64 : field.offset32;
    writeField(header, byteOrder, field, offset, fields.get(field.name) ?? 0, wordSizeInBits);
  }
  const subHeader = new Uint8Array(subHeaderSizeInBytes[layout]);
  for (const field of subHeaderFields) {
    writeField(
      subHeader,
      byteOrder,
      field,
      field.offsets[layout],
      fields.get(field.name) ?? 0,
      wordSizeInBits,
    );
  }
  return { header, subHeader };
}
