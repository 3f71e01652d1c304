import { ByteWriter } from './byte-writer.ts';
import { attribute, form, tag } from './dwarf-constants.ts';

/** The names of the shapes. */
export type ShapeName =
  | 'unit'
  | 'void'
  | 'base'
  | 'pointer'
  | 'const'
  | 'volatile'
  | 'restrict'
  | 'typedef'
  | 'array'
  | 'range'
  | 'openRange'
  | 'struct'
  | 'namelessStruct'
  | 'union'
  | 'namelessUnion'
  | 'declaredStruct'
  | 'declaredUnion'
  | 'member'
  | 'namelessMember'
  | 'bitField'
  | 'namelessBitField'
  | 'enumeration'
  | 'namelessEnumeration'
  | 'enumerator'
  | 'largeEnumerator'
  | 'prototype'
  | 'parameterType'
  | 'parameter'
  | 'variadic'
  | 'function'
  | 'variable';

/** The shape of an entry of `.debug_info`. */
interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly (readonly [attribute: number, form: number])[];
}

const name = [attribute.name, form.strp] as const;
const type = [attribute.type, form.ref4] as const;
const size = [attribute.byte_size, form.udata] as const;
const location = [attribute.data_member_location, form.udata] as const;
const external = [attribute.external, form.flag_present] as const;
const prototyped = [attribute.prototyped, form.flag_present] as const;
const declaration = [attribute.declaration, form.flag_present] as const;
const bits = [
  [attribute.bit_size, form.udata],
  [attribute.data_bit_offset, form.udata],
] as const;

const leaf = (kind: number, ...attributes: Abbreviation['attributes']): Abbreviation => ({
  tag: kind,
  hasChildren: false,
  attributes,
});
const parent = (kind: number, ...attributes: Abbreviation['attributes']): Abbreviation => ({
  tag: kind,
  hasChildren: true,
  attributes,
});

/** Every shape; its code is its place, from 1. */
const shapes: Readonly<Record<ShapeName, Abbreviation>> = {
  unit: parent(
    tag.compile_unit,
    [attribute.producer, form.strp],
    name,
    [attribute.language, form.data1],
    [attribute.low_pc, form.addr],
    [attribute.high_pc, form.data8],
  ),
  void: leaf(tag.unspecified_type, name),
  base: leaf(tag.base_type, name, size, [attribute.encoding, form.data1]),
  pointer: leaf(tag.pointer_type, size, type),
  const: leaf(tag.const_type, type),
  volatile: leaf(tag.volatile_type, type),
  restrict: leaf(tag.restrict_type, type),
  typedef: leaf(tag.typedef, name, type),
  array: parent(tag.array_type, type),
  range: leaf(tag.subrange_type, [attribute.count, form.udata]),
  openRange: leaf(tag.subrange_type),
  struct: parent(tag.structure_type, name, size),
  namelessStruct: parent(tag.structure_type, size),
  union: parent(tag.union_type, name, size),
  namelessUnion: parent(tag.union_type, size),
  declaredStruct: leaf(tag.structure_type, name, declaration),
  declaredUnion: leaf(tag.union_type, name, declaration),
  member: leaf(tag.member, name, type, location),
  namelessMember: leaf(tag.member, type, location),
  bitField: leaf(tag.member, name, type, ...bits),
  namelessBitField: leaf(tag.member, type, ...bits),
  enumeration: parent(tag.enumeration_type, name, size),
  namelessEnumeration: parent(tag.enumeration_type, size),
  enumerator: leaf(tag.enumerator, name, [attribute.const_value, form.sdata]),
  largeEnumerator: leaf(tag.enumerator, name, [attribute.const_value, form.data8]),
  prototype: parent(tag.subroutine_type, prototyped, type),
  parameterType: leaf(tag.formal_parameter, type),
  parameter: leaf(tag.formal_parameter, name, type),
  variadic: leaf(tag.unspecified_parameters),
  function: parent(
    tag.subprogram,
    ...[name, external, prototyped, type],
    [attribute.low_pc, form.addr],
    [attribute.high_pc, form.data4],
  ),
  variable: leaf(tag.variable, name, external, type, [attribute.location, form.exprloc]),
};

const names = Object.keys(shapes) as ShapeName[];

/** The codes by the names of the shapes. */
export const codes: Readonly<Record<ShapeName, number>> = Object.fromEntries(
  names.map((each, index) => [each, index + 1]),
) as Record<ShapeName, number>;

/** `.debug_abbrev`. */
export function abbreviationSection(): Uint8Array {
  const out = new ByteWriter('little', 8);
  for (const each of names) {
    const shape: Abbreviation = shapes[each];
    out.unsigned(codes[each]);
    out.unsigned(shape.tag);
    out.uint8(Number(shape.hasChildren));
    for (const pair of shape.attributes) {
      out.unsigned(pair[0]);
      out.unsigned(pair[1]);
    }
    out.uint16(0);
  }
  out.uint8(0);
  return out.written().slice();
}
