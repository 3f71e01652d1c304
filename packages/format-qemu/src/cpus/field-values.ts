import { uint32At, uint64At } from '@vmcorekit/core';
import {
  bodySizeOf,
  type DescribedDevice,
  type DescribedField,
  headSizeOf,
} from '../stream/vmdescription.ts';

/** A number of a device's state, by its name in QEMU's source, and where it lies in the body. */
export interface FieldPlace {
  readonly at: number;
  readonly sizeInBytes: number;
  readonly count: number;
}

/**
 * Places of fields by name; one of a struct in a struct is `env.segs[1].base`, one of a subsection
 * `spapr_patb_entry.patb_entry`.
 */
export type FieldPlaces = ReadonlyMap<string, FieldPlace>;

/** An array of structs has one name for each element up to this number. */
const maxElementsNamed = 64;
/** A `cpu` has some hundred fields, an arm64 one 300. */
const maxFields = 4096;

/** Where the fields of a device lie, as its description says. */
export function placesOf({
  fields,
  subsections,
}: Pick<DescribedDevice, 'fields' | 'subsections'>): FieldPlaces {
  const places = new Map<string, FieldPlace>();
  addPlaces(places, fields, '', 0);
  let at = bodySizeOf({ fields, subsections: [] });
  for (const subsection of subsections) {
    const start = at + headSizeOf(subsection);
    addPlaces(places, subsection.fields, `${subsection.name}.`, start);
    at = start + bodySizeOf(subsection);
  }
  return places;
}

function addPlaces(
  places: Map<string, FieldPlace>,
  fields: readonly DescribedField[],
  prefix: string,
  start: number,
): void {
  let at = start;
  for (const { name, sizeInBytes, count, fields: inner } of fields) {
    if (places.size >= maxFields) {
      return;
    }
    const path = `${prefix}${name}`;
    // Of two fields of one name, the first counts.
    if (!places.has(path)) {
      places.set(path, { at, sizeInBytes, count });
    }
    for (let index = 0; inner.length > 0 && index < Math.min(count, maxElementsNamed); index++) {
      addPlaces(
        places,
        inner,
        `${path}${count > 1 ? `[${index}]` : ''}.`,
        at + index * sizeInBytes,
      );
    }
    at += sizeInBytes * count;
  }
}

/** A number of 32 or 64 bits; undefined where there is no such field. */
export function valueAt(
  body: Uint8Array,
  places: FieldPlaces,
  field: string,
  index: number = 0,
): bigint | undefined {
  const place = places.get(field);
  if (place === undefined || index >= place.count) {
    return undefined;
  }
  const at = place.at + index * place.sizeInBytes;
  if (at + place.sizeInBytes > body.length) {
    return undefined;
  }
  return place.sizeInBytes === 8
    ? uint64At(body, at, 'big')
    : place.sizeInBytes === 4
      ? BigInt(uint32At(body, at, 'big'))
      : undefined;
}

/** A register, the field that holds it, and which element of that field; the first if left out. */
export type RegisterRow = readonly [register: string, field: string, index?: number];

/** The registers whose fields the CPU has. */
export function readRegisters(
  body: Uint8Array,
  places: FieldPlaces,
  rows: readonly RegisterRow[],
): Map<string, bigint> {
  const registers = new Map<string, bigint>();
  for (const [register, field, index] of rows) {
    const value = valueAt(body, places, field, index);
    if (value !== undefined) {
      registers.set(register, value);
    }
  }
  return registers;
}
