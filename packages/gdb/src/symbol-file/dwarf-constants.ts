/** Names and numbers. Source: DWARF Debugging Information Format Version 4, section 7.5. */

export const tag = {
  array_type: 0x01,
  enumeration_type: 0x04,
  formal_parameter: 0x05,
  member: 0x0d,
  pointer_type: 0x0f,
  compile_unit: 0x11,
  structure_type: 0x13,
  subroutine_type: 0x15,
  typedef: 0x16,
  union_type: 0x17,
  unspecified_parameters: 0x18,
  subrange_type: 0x21,
  base_type: 0x24,
  const_type: 0x26,
  enumerator: 0x28,
  subprogram: 0x2e,
  variable: 0x34,
  volatile_type: 0x35,
  restrict_type: 0x37,
  unspecified_type: 0x3b,
} as const;

export const attribute = {
  location: 0x02,
  name: 0x03,
  byte_size: 0x0b,
  bit_size: 0x0d,
  low_pc: 0x11,
  high_pc: 0x12,
  language: 0x13,
  const_value: 0x1c,
  producer: 0x25,
  prototyped: 0x27,
  count: 0x37,
  data_member_location: 0x38,
  declaration: 0x3c,
  encoding: 0x3e,
  external: 0x3f,
  type: 0x49,
  data_bit_offset: 0x6b,
} as const;

export const form = {
  addr: 0x01,
  data4: 0x06,
  data8: 0x07,
  data1: 0x0b,
  sdata: 0x0d,
  strp: 0x0e,
  udata: 0x0f,
  ref4: 0x13,
  exprloc: 0x18,
  flag_present: 0x19,
} as const;

export const encoding = {
  boolean: 0x02,
  float: 0x04,
  signed: 0x05,
  signed_char: 0x06,
  unsigned: 0x07,
  unsigned_char: 0x08,
} as const;

/** DW_LANG_C99. */
export const languageC = 0x0c;
/** DW_OP_addr. */
export const addressOperation = 0x03;
