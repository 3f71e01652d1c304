import { latin1Bytes } from '@vmcorekit/core';
import type { QemuDevice, QemuField, QemuRecord, QemuStreamSpec } from './qemu-stream-spec.ts';

const ramId = 2;
const pageSizeInBytes = 4096;
const flags = { fill: 2, memSize: 4, page: 8, end: 0x10, same: 0x20, xbzrle: 0x40, zlib: 0x100 };

/** Builds a stream from its fields, as QEMU writes it: big-endian. */
export function buildQemuStream(spec: QemuStreamSpec): Uint8Array {
  const { machineType = 'pc-i440fx-7.2', hasFooters = true } = spec;
  const head = [latin1Bytes('QEVM'), u32(spec.version ?? 3)];
  if (machineType !== null) {
    head.push(u8(7), u32(machineType.length), latin1Bytes(machineType));
    head.push(...configurationOf(spec));
  }
  for (const command of spec.firstCommands ?? []) {
    head.push(u8(8), u16(command), u16(0));
  }
  const footer = (id: number): Uint8Array =>
    hasFooters ? bytesOf([u8(0x7e), u32(id)]) : new Uint8Array(0);
  const sum = spec.blocks.reduce((bytes, { sizeInBytes }) => bytes + sizeInBytes, 0);
  head.push(u8(1), u32(ramId), named('ram'), u32(0), u32(4), u64(BigInt(sum) | 4n));
  const body = spec.mappedAt === undefined ? plainBody(spec, footer) : mappedBody(footer);
  const rest = [...body, ...devicesOf(spec, footer), u8(0)];
  if (spec.hasDescription !== false && spec.devices !== undefined) {
    const json = latin1Bytes(JSON.stringify(descriptionOf(spec.devices)));
    rest.push(u8(6), u32(json.length), json);
  }
  return spec.mappedAt === undefined
    ? bytesOf([...head, ...rest])
    : mappedFile(spec, bytesOf(head), rest);
}

/** A `mc146818rtc` whose CMOS states the sizes of memory. */
export function qemuClock(lowRamEnd: number, aboveFourGibibytes: number): QemuDevice {
  const cmos = new Uint8Array(128);
  const view = new DataView(cmos.buffer);
  view.setUint16(0x34, (lowRamEnd - 2 ** 24) / 2 ** 16, true);
  view.setUint16(0x5b, (aboveFourGibibytes / 2 ** 16) % 2 ** 16, true);
  cmos[0x5d] = Math.floor(aboveFourGibibytes / 2 ** 32);
  return {
    name: 'mc146818rtc',
    version: 3,
    fields: [{ name: 'cmos_data', bytes: cmos }, numberField('cmos_index', 0n, 1)],
  };
}

/** A 64-bit `cpu` of version 12 with these registers; all others are 0. */
export function qemuCpu(
  instance: number,
  registers: Readonly<Record<'rip' | 'rsp' | 'cr0' | 'cr3' | 'cr4' | 'efer', bigint>>,
): QemuDevice {
  const zeros = (sizeInBytes: number): Uint8Array => new Uint8Array(sizeInBytes);
  const general = new Uint8Array(128);
  new DataView(general.buffer).setBigUint64(32, registers.rsp);
  const members = [
    ['selector', 4],
    ['base', 8],
    ['limit', 4],
    ['flags', 4],
  ] as const;
  const segments = new Uint8Array(120);
  const code = new DataView(segments.buffer, 20);
  code.setUint32(0, 0x10);
  code.setUint32(12, 0xffff_ffff);
  code.setUint32(16, 0xaf9b00);
  return {
    name: 'cpu',
    instance,
    version: 12,
    fields: [
      { name: 'env.regs', bytes: general, count: 16 },
      numberField('env.eip', registers.rip, 8),
      numberField('env.eflags', 0x246n, 8),
      { name: 'env.fpu', bytes: zeros(92) },
      { name: 'env.segs', bytes: segments, count: 6, members },
      ...['ldt', 'tr', 'gdt', 'idt'].map((name) => ({
        name: `env.${name}`,
        bytes: zeros(20),
        members,
      })),
      { name: 'env.sysenter', bytes: zeros(20) },
      numberField('env.cr[0]', registers.cr0, 8),
      numberField('env.cr[2]', 0n, 8),
      numberField('env.cr[3]', registers.cr3, 8),
      numberField('env.cr[4]', registers.cr4, 8),
      { name: 'env.dr', bytes: zeros(64), count: 8 },
      { name: 'env.mxcsr', bytes: zeros(8) },
      { name: 'env.xmm_regs', bytes: zeros(256), count: 16 },
      numberField('env.efer', registers.efer, 8),
      numberField('env.star', 0n, 8),
      numberField('env.lstar', 0n, 8),
      { name: 'env.cstar', bytes: zeros(16) },
      numberField('env.kernelgsbase', 0n, 8),
    ],
    subsections: [{ name: 'cpu/poll_control_msr', fields: [numberField('env.msr', 1n, 8)] }],
  };
}

/** A `cpu` of arm64. @param system system registers by their KVM IDs */
export function qemuArm64Cpu(
  instance: number,
  registers: Readonly<Record<'pc' | 'sp' | 'pstate', bigint>>,
  system: Readonly<Record<string, bigint>>,
): QemuDevice {
  const general = Array.from({ length: 31 }, (_, index) => BigInt(index));
  const ids = Object.keys(system).map(BigInt);
  const words = (values: readonly bigint[]): Uint8Array => bytesOf(values.map(u64));
  return {
    name: 'cpu',
    instance,
    version: 22,
    fields: [
      { name: 'env.regs', bytes: new Uint8Array(64), count: 16 },
      { name: 'env.xregs', bytes: words([...general, registers.sp]), count: 32 },
      numberField('env.pc', registers.pc, 8),
      { name: 'cpsr', bytes: u32(Number(registers.pstate)) },
      { name: 'cpreg_vmstate_array_len', bytes: u32(ids.length) },
      { name: 'cpreg_vmstate_indexes', bytes: words(ids), count: ids.length },
      { name: 'cpreg_vmstate_values', bytes: words(Object.values(system)), count: ids.length },
    ],
  };
}

function numberField(name: string, value: bigint, sizeInBytes: 1 | 8): QemuField {
  return { name, bytes: u64(value).subarray(8 - sizeInBytes) };
}

function configurationOf({ capabilities, pageBits }: QemuStreamSpec): Uint8Array[] {
  const subsection = (name: string): Uint8Array[] => [u8(5), named(name), u32(1)];
  return [
    ...(capabilities === undefined
      ? []
      : [
          ...subsection('configuration/capabilities'),
          u32(capabilities.length),
          ...capabilities.map(named),
        ]),
    ...(pageBits === undefined
      ? []
      : [...subsection('configuration/target-page-bits'), u32(pageBits)]),
  ];
}

function plainBody(spec: QemuStreamSpec, footer: (id: number) => Uint8Array): Uint8Array[] {
  const body = spec.blocks.flatMap(({ name, sizeInBytes, hugePageBytes, address }) => [
    named(name),
    u64(BigInt(sizeInBytes)),
    ...(hugePageBytes === undefined ? [] : [u64(BigInt(hugePageBytes))]),
    ...(address === undefined ? [] : [u64(address)]),
  ]);
  body.push(u64(BigInt(flags.end)), footer(ramId));
  const parts = spec.parts ?? [[]];
  let last = '';
  for (const [index, records] of parts.entries()) {
    body.push(u8(index === parts.length - 1 ? 3 : 2), u32(ramId));
    for (const record of records) {
      body.push(...recordOf(record, record.block === last));
      last = record.block;
    }
    body.push(u64(BigInt(flags.end)), footer(ramId));
  }
  return body;
}

function recordOf(record: QemuRecord, isSame: boolean): Uint8Array[] {
  const head = (flag: number): Uint8Array[] => [
    u64(BigInt(record.offset) | BigInt(flag | (isSame ? flags.same : 0))),
    ...(isSame ? [] : [named(record.block)]),
  ];
  if ('page' in record) {
    return [...head(flags.page), record.page];
  }
  if ('fill' in record) {
    return [...head(flags.fill), u8(record.fill)];
  }
  return 'zlib' in record
    ? [...head(flags.zlib), u32(record.zlib.length), record.zlib]
    : [...head(flags.xbzrle), u8(1), u16(record.xbzrle.length), record.xbzrle];
}

function mappedBody(footer: (id: number) => Uint8Array): Uint8Array[] {
  const end = [u64(BigInt(flags.end)), footer(ramId)];
  return [...end, u8(3), u32(ramId), ...end];
}

/** The list of blocks goes on after the pages of each. */
function mappedFile(spec: QemuStreamSpec, head: Uint8Array, rest: Uint8Array[]): Uint8Array {
  const start = spec.startsAt ?? 0;
  const parts: [number, Uint8Array][] = [[start, head]];
  let at = start + head.length;
  for (const [index, { name, sizeInBytes }] of spec.blocks.entries()) {
    const { bitmapAt, pagesAt } = spec.mappedAt?.[index] ?? { bitmapAt: 0, pagesAt: 0 };
    const numbers = [pageSizeInBytes, bitmapAt, pagesAt].map((value) => u64(BigInt(value)));
    parts.push([at, bytesOf([named(name), u64(BigInt(sizeInBytes)), u32(1), ...numbers])]);
    const bitmap = new Uint8Array(Math.ceil(sizeInBytes / pageSizeInBytes / 8));
    for (const record of (spec.parts ?? []).flat()) {
      const page = record.offset / pageSizeInBytes;
      if (record.block === name && 'page' in record) {
        bitmap[page >>> 3] = (bitmap[page >>> 3] ?? 0) | (1 << (page & 7));
        parts.push([pagesAt + record.offset, record.page]);
      }
    }
    parts.push([bitmapAt, bitmap]);
    at = pagesAt + sizeInBytes;
  }
  parts.push([at, bytesOf(rest)]);
  const file = new Uint8Array(Math.max(...parts.map(([offset, { length }]) => offset + length)));
  for (const [offset, bytes] of parts) {
    file.set(bytes, offset);
  }
  return file;
}

function devicesOf(spec: QemuStreamSpec, footer: (id: number) => Uint8Array): Uint8Array[] {
  const commands = (spec.lastCommands ?? []).flatMap((command) => [u8(8), u16(command), u16(0)]);
  return [
    ...commands,
    ...(spec.devices ?? []).flatMap(
      ({ name, instance = 0, version = 1, fields, subsections = [] }, index) => [
        bytesOf([u8(4), u32(index + 3), named(name), u32(instance), u32(version)]),
        ...fields.map(({ bytes }) => bytes),
        ...subsections.flatMap((each) => [
          bytesOf([u8(5), named(each.name), u32(1)]),
          ...each.fields.map(({ bytes }) => bytes),
        ]),
        footer(index + 3),
      ],
    ),
  ];
}

function descriptionOf(devices: readonly QemuDevice[]): unknown {
  const described = (fields: readonly QemuField[]): unknown =>
    fields.map(({ name, bytes, count = 1, members }) => ({
      name,
      ...(count > 1 ? { array_len: count } : {}),
      type: members === undefined ? 'buffer' : 'struct',
      size: bytes.length / count,
      ...(members === undefined
        ? {}
        : { struct: { fields: members.map(([member, size]) => ({ name: member, size })) } }),
    }));
  return {
    page_size: pageSizeInBytes,
    devices: devices.map(({ name, instance = 0, version = 1, fields, subsections }) => ({
      name,
      instance_id: instance,
      version,
      fields: described(fields),
      ...(subsections === undefined
        ? {}
        : {
            subsections: subsections.map((each) => ({
              vmsd_name: each.name,
              version: 1,
              fields: described(each.fields),
            })),
          }),
    })),
  };
}

function named(name: string): Uint8Array {
  return bytesOf([u8(name.length), latin1Bytes(name)]);
}

function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

function u32(value: number): Uint8Array {
  return u64(BigInt(value)).subarray(4);
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function bytesOf(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
