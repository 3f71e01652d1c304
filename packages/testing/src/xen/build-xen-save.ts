import { latin1Bytes } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A record of the domain's stream: its type and its body. */
export interface XenRecord {
  readonly type: number;
  readonly body: Uint8Array;
  /** The length that the record states, where it is not that of the body. */
  readonly length?: number;
}

/** An entry of PAGE_DATA: the type in bits 60 to 63 of the word, 13 to 15 without data. */
export interface XenSavedPage {
  readonly pfn: number | bigint;
  readonly type?: number;
  readonly bytes?: Uint8Array;
}

/** What `xl save` writes. Source: Xen, docs/specs/libxc-migration-stream.pandoc. */
export interface XenSaveSpec {
  readonly records: readonly XenRecord[];
  /** 1: PV; 2: HVM. Default: 1. */
  readonly domainType?: number;
  readonly pageShift?: number;
  readonly mandatoryFlags?: number;
  readonly configuration?: string;
  readonly configurationSize?: number;
  readonly libxlVersion?: number;
  readonly libxcVersion?: number;
  readonly byteOrderMark?: number;
  /** Records of libxl before the domain's stream. */
  readonly recordsBefore?: readonly XenRecord[];
}

/** Builds a save. The records must have their own end. */
export function buildXenSave(spec: XenSaveSpec): Uint8Array {
  const writer = new StructWriter(64, 'little');
  const big = (value: number): Uint8Array => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    return bytes;
  };
  const configuration = latin1Bytes(spec.configuration ?? '{}');
  let at = writer.data(0, latin1Bytes('Xen saved domain, xl format\n \0 \r'));
  at = writer.field(at, 'word', spec.byteOrderMark ?? 0x01020304);
  at = writer.field(at, 'word', spec.mandatoryFlags ?? 3);
  at = writer.field(at, 'word', 0);
  at = writer.field(at, 'word', spec.configurationSize ?? configuration.length);
  at = writer.data(at, configuration);
  at = writer.data(at, latin1Bytes('LibxlFmt'));
  at = writer.data(at, big(spec.libxlVersion ?? 2));
  at = writer.data(at, big(0));
  for (const record of spec.recordsBefore ?? []) {
    at = write(writer, at, record);
  }
  at = write(writer, at, { type: 1, body: new Uint8Array(0) });
  at = writer.field(at, 'address', 2n ** 64n - 1n);
  at = writer.data(at, latin1Bytes('XENF'));
  at = writer.data(at, big(spec.libxcVersion ?? 3));
  at = writer.data(at, new Uint8Array(8));
  at = writer.field(at, 'word', spec.domainType ?? 1);
  at = writer.field(at, 'word', spec.pageShift ?? 12);
  at = writer.field(at, 'word', 4);
  at = writer.field(at, 'word', 17);
  for (const record of spec.records) {
    at = write(writer, at, record);
  }
  return writer.bytes;
}

function write(writer: StructWriter, from: number, { type, body, length }: XenRecord): number {
  let at = writer.field(from, 'word', type);
  at = writer.field(at, 'word', length ?? body.length);
  at = writer.data(at, body);
  return writer.data(at, new Uint8Array((8 - (body.length % 8)) % 8));
}

/** END. */
export const xenEnd: XenRecord = { type: 0, body: new Uint8Array(0) };

/** PAGE_DATA. @param count what the record states, where it is not the number of pages */
export function xenPageData(
  pages: readonly XenSavedPage[],
  count: number = pages.length,
): XenRecord {
  const writer = new StructWriter(64, 'little');
  writer.field(0, 'word', count);
  let at = writer.field(4, 'word', 0);
  for (const { pfn, type = 0 } of pages) {
    at = writer.field(at, 'address', BigInt(pfn) | (BigInt(type) << 60n));
  }
  for (const { bytes } of pages) {
    at = bytes === undefined ? at : writer.data(at, bytes);
  }
  return { type: 1, body: writer.bytes };
}

/** X86_PV_INFO. */
export function xenPvInfo(guestWidth: number): XenRecord {
  return { type: 2, body: Uint8Array.of(guestWidth, 4, 0, 0, 0, 0, 0, 0) };
}

/** X86_PV_VCPU_BASIC. */
export function xenVcpuBasic(cpu: number, context: Uint8Array): XenRecord {
  const writer = new StructWriter(64, 'little');
  writer.field(0, 'word', cpu);
  writer.field(4, 'word', 0);
  writer.data(8, context);
  return { type: 4, body: writer.bytes };
}

/** HVM_CONTEXT with records of the CPUs, each of words by their offset in `hvm_hw_cpu`. */
export function xenHvmContext(
  cpus: readonly Readonly<Record<number, number | bigint>>[],
): XenRecord {
  const writer = new StructWriter(64, 'little');
  let at = writer.field(0, 'half', 1);
  at = writer.field(at, 'half', 0);
  at = writer.field(at, 'word', 24);
  at = writer.data(at, new Uint8Array(24));
  for (const [instance, fields] of cpus.entries()) {
    at = writer.field(at, 'half', 2);
    at = writer.field(at, 'half', instance);
    at = writer.field(at, 'word', 1024);
    writer.data(at, new Uint8Array(1024));
    for (const [offset, value] of Object.entries(fields)) {
      const isWide = typeof value === 'bigint';
      writer.field(at + Number(offset), isWide ? 'address' : 'word', value);
    }
    at += 1024;
  }
  writer.data(at, new Uint8Array(8));
  return { type: 9, body: writer.bytes };
}
