import { type ByteSource, hasAt, utf8Text } from '@vmcorekit/core';
import { isShallow } from './json-depth.ts';
import { sectionTypes } from './layout.ts';

/** A machine with 2 CPUs has 108 KB; each further CPU adds 10 KB. */
const maxDescriptionBytes: number = 16 * 1024 * 1024;
/** How far after the start of the devices the description is looked for. */
const maxDeviceBytes: number = 256 * 1024 * 1024;
/** A device's state hardly ever holds what looks like the start of a description. */
const maxTries = 8;
const stepInBytes: number = 1024 * 1024;
const headSizeInBytes = 5;
/** QEMU's own descriptions have some ten levels. */
const maxDepth = 64;

/** A field of a device as the description lists it. */
export interface DescribedField {
  readonly name: string;
  /** Of one element, as QEMU wrote it, with everything inside. */
  readonly sizeInBytes: number;
  /** The number of elements. */
  readonly count: number;
  /** What an element consists of; empty where it is a number or bytes. */
  readonly fields: readonly DescribedField[];
}

/** A device as the description lists it. */
export interface DescribedDevice {
  readonly name: string;
  readonly instance: number;
  readonly fields: readonly DescribedField[];
  readonly subsections: readonly DescribedSubsection[];
}

export interface DescribedSubsection {
  readonly name: string;
  readonly fields: readonly DescribedField[];
  readonly subsections: readonly DescribedSubsection[];
}

export interface VmDescription {
  /** The device of a section, with the length of its body; not a number where a size is unknown. */
  device(name: string, instance: number): SizedDevice | undefined;
}

export interface SizedDevice extends DescribedDevice {
  readonly bodySizeInBytes: number;
}

/**
 * The description of the devices: JSON that follows the end of the stream. It is looked for from an
 * offset on, because what is after the stream may be anything. Undefined where there is none.
 */
export function findVmDescription(source: ByteSource, from: number): VmDescription | undefined {
  const chunk = new Uint8Array(stepInBytes + headSizeInBytes + 3);
  const last = Math.min(source.sizeInBytes, from + maxDeviceBytes);
  let tries = 0;
  for (let start = from; start < last; start += stepInBytes) {
    const bytes = chunk.subarray(0, source.readInto(start, chunk));
    const end = Math.min(bytes.length, stepInBytes);
    for (
      let at = bytes.indexOf(sectionTypes.vmdescription);
      at >= 0 && at < end;
      at = bytes.indexOf(sectionTypes.vmdescription, at + 1)
    ) {
      if (hasAt(bytes, at + headSizeInBytes, '{"') && tries++ < maxTries) {
        const description = descriptionAt(source, start + at);
        if (description !== undefined) {
          return description;
        }
      }
    }
  }
  return undefined;
}

function descriptionAt(source: ByteSource, at: number): VmDescription | undefined {
  const head = new Uint8Array(headSizeInBytes);
  source.readInto(at, head);
  const length = new DataView(head.buffer).getUint32(1);
  if (length > maxDescriptionBytes || at + headSizeInBytes + length > source.sizeInBytes) {
    return undefined;
  }
  const bytes = new Uint8Array(length);
  source.readInto(at + headSizeInBytes, bytes);
  return isShallow(bytes, maxDepth) ? parseVmDescription(bytes) : undefined;
}

function parseVmDescription(bytes: Uint8Array): VmDescription | undefined {
  const root = objectOf(parsed(bytes));
  if (root === undefined || !Array.isArray(root.devices)) {
    return undefined;
  }
  const devices = new Map<string, SizedDevice>();
  for (const each of root.devices) {
    const device = objectOf(each);
    if (typeof device?.name === 'string') {
      const { name } = device;
      const instance = isSize(device.instance_id) ? device.instance_id : 0;
      const fields = fieldsOf(device.fields);
      const subsections = subsectionsOf(device.subsections);
      const bodySizeInBytes = bodySizeOf({ fields, subsections });
      devices.set(`${instance} ${name}`, { name, instance, fields, subsections, bodySizeInBytes });
    }
  }
  return { device: (name, instance) => devices.get(`${instance} ${name}`) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Text(bytes));
  } catch {
    return undefined;
  }
}

/** A field whose size is not known makes its device unreadable: its size is not a number. */
function fieldsOf(list: unknown): DescribedField[] {
  return (Array.isArray(list) ? list : []).map((each: unknown) => {
    const field = objectOf(each) ?? {};
    return {
      name: String(field.name),
      sizeInBytes: isSize(field.size) ? field.size : Number.NaN,
      count: isSize(field.array_len) ? field.array_len : 1,
      fields: fieldsOf(objectOf(field.struct)?.fields),
    };
  });
}

function subsectionsOf(list: unknown): DescribedSubsection[] {
  return (Array.isArray(list) ? list : []).map((each: unknown) => {
    const subsection = objectOf(each) ?? {};
    return {
      name: String(subsection.vmsd_name),
      fields: fieldsOf(subsection.fields),
      subsections: subsectionsOf(subsection.subsections),
    };
  });
}

/** What an object of the description may have, of any kind. */
type Described = {
  readonly [Key in
    | 'array_len'
    | 'devices'
    | 'fields'
    | 'instance_id'
    | 'name'
    | 'page_size'
    | 'size'
    | 'struct'
    | 'subsections'
    | 'vmsd_name']?: unknown;
};

function objectOf(value: unknown): Described | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Type, length of the name, u32 version: what comes before a subsection's body but its name. */
const subsectionHeadSizeInBytes = 6;

/** What lies in the stream before the fields of a subsection. */
export function headSizeOf({ name }: Pick<DescribedSubsection, 'name'>): number {
  return subsectionHeadSizeInBytes + name.length;
}

/** The length of a device's or a subsection's fields and subsections. */
export function bodySizeOf({
  fields,
  subsections,
}: Pick<DescribedDevice, 'fields' | 'subsections'>): number {
  return (
    fields.reduce((sum, { sizeInBytes, count }) => sum + sizeInBytes * count, 0) +
    subsections.reduce((sum, each) => sum + headSizeOf(each) + bodySizeOf(each), 0)
  );
}
