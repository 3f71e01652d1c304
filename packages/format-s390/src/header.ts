import {
  type ByteSource,
  type HeaderValue,
  latin1Text,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  extendedMagic,
  firstVersionWithCpus,
  type HeaderValues,
  headerFields,
  headerInBytes,
  lowcoresAt,
  maxCpus,
  pageSizeInBytes,
  sharedFields,
  wholeMagic,
} from './layout.ts';

const structure = 's390 dump header';

export interface S390Header {
  readonly fields: HeaderValues;
  readonly isExtended: boolean;
  readonly memoryInBytes: number;
  /** Of a dump on several volumes, the number of this one, from 0 on; else null. */
  readonly volume: number | null;
  /** As the clock of the machine counts; 0 where it is not stated. */
  readonly tod: bigint;
  readonly arch: number;
  /** The addresses of the CPUs' lowcores. */
  readonly lowcores: readonly number[];
}

/** Whether a head is that of a stand-alone dump, with or without its zeros. */
export function magicIn(head: Uint8Array): bigint | undefined {
  if (head.length < 8) {
    return undefined;
  }
  const magic = new StructView(head, 'big', structure).uint64(0);
  return magic === wholeMagic || magic === extendedMagic ? magic : undefined;
}

/** Throws `truncated`, `malformed`, and `unsupported` for a dump of a kind that is not read. */
export function readHeader(file: ByteSource): S390Header {
  const view = new StructView(readExactly(file, 0, headerInBytes, structure), 'big', structure);
  const fields = new Map<string, HeaderValue>();
  for (const { name, offset, sizeInBytes } of headerFields) {
    fields.set(
      name,
      sizeInBytes === 8
        ? view.uint64(offset)
        : sizeInBytes === 4
          ? view.uint32(offset)
          : sizeInBytes === 2
            ? view.uint16(offset)
            : view.uint8(offset),
    );
  }
  const isExtended = fields.get('magic') === extendedMagic;
  refuse(file.name, fields, isExtended);
  for (const [field, wanted] of [
    ['hdr_size', headerInBytes],
    ['page_size', pageSizeInBytes],
  ] as const) {
    check(field, fields, wanted);
  }
  const hasCpus = isExtended || numberOf(fields, 'version') >= firstVersionWithCpus;
  const count = hasCpus ? numberOf(fields, 'cpu_cnt') : 0;
  if (count > maxCpus) {
    throw malformed('cpu_cnt', `at most ${maxCpus}`, count);
  }
  return {
    fields,
    isExtended,
    volume: fields.get('mvdump') === 0 ? null : numberOf(fields, 'volnr'),
    memoryInBytes: view.uint53(0x18, 'mem_size'),
    tod: view.uint64(0x38),
    arch: numberOf(fields, 'arch'),
    lowcores: Array.from({ length: count }, (_, cpu) => view.uint32(lowcoresAt + 4 * cpu)),
  };
}

/** What the volumes of one dump share; undefined for a dump that is one. */
export function volumeKeyOf({ volume, fields }: S390Header): string | undefined {
  return volume === null
    ? undefined
    : JSON.stringify(sharedFields.map((name) => String(fields.get(name))));
}

export function isEndMark(bytes: Uint8Array, mark: string): boolean {
  return latin1Text(bytes.subarray(0, mark.length)) === mark;
}

function refuse(file: string, fields: HeaderValues, isExtended: boolean): void {
  if (isExtended && fields.get('zlib_version_s390') !== 0) {
    throw new VmcorekitError('unsupported', {
      what: `${file} is a compressed s390 stand-alone dump`,
      advice: 'convert it first: zgetdump -f elf FILE > DUMP',
    });
  }
  if (fields.get('mem_start') !== 0n) {
    throw new VmcorekitError('unsupported', {
      what: `${file} is an s390 dump of memory that does not begin at address 0`,
      advice: 'convert it first: zgetdump -f elf FILE > DUMP',
    });
  }
}

function check(field: string, fields: HeaderValues, wanted: number): void {
  const got = numberOf(fields, field);
  if (got !== wanted) {
    throw malformed(field, String(wanted), got);
  }
}

function malformed(field: string, wanted: string, got: number): VmcorekitError {
  return new VmcorekitError('malformed', { structure, fileOffset: 0, field, wanted, got });
}

function numberOf(fields: HeaderValues, name: string): number {
  return Number(fields.get(name) ?? 0);
}
