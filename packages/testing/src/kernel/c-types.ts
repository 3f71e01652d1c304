import { type BtfTypeSpec, buildBtf } from './build-btf.ts';

/** Members in C: `void *next`, `char name[56]`, `u32 state`, `struct list_head list`. */
export type CMembers = readonly string[];

interface Laid {
  readonly id: number;
  readonly size: number;
  readonly alignment: number;
}

const declaration =
  /^(?<type>struct \w+|u\d+|s\d+|char|void) (?<pointer>\*?)(?<name>\w+)(?:\[(?<count>\d+)\])?$/;

/**
 * BTF of structures, laid out as a compiler of a 64-bit kernel does. A structure must come before
 * those that hold one; a pointer may point anywhere.
 */
export function cBtf(structs: Readonly<Record<string, CMembers>>): Uint8Array {
  const types: BtfTypeSpec[] = [{ kind: 'PTR', type: 0 }];
  const known = new Map<string, Laid>();
  const add = (key: string, spec: BtfTypeSpec, size: number, alignment: number): Laid => {
    const held = known.get(key) ?? { id: types.push(spec), size, alignment };
    known.set(key, held);
    return held;
  };
  const typed = (type: string, isPointer: boolean): Laid => {
    if (isPointer) {
      return { id: 1, size: 8, alignment: 8 };
    }
    const [, sign = 'u', bits = '8'] = /^([us])(\d+)$/.exec(type) ?? [];
    const size = Number(bits) / 8;
    const laid = type.startsWith('struct ')
      ? known.get(type)
      : add(type, { kind: 'INT', name: type, size, isSigned: sign === 's' }, size, size);
    if (laid === undefined) {
      throw new Error(`${type} is not laid out yet`);
    }
    return laid;
  };
  for (const [struct, declarations] of Object.entries(structs)) {
    let size = 0;
    let alignment = 1;
    const members = declarations.map((text) => {
      const { type = '', pointer, name = '', count } = declaration.exec(text)?.groups ?? {};
      const element = typed(type, pointer === '*');
      const nelems = Number(count ?? 1);
      const whole =
        count === undefined
          ? element
          : add(
              `${pointer}${type}[${count}]`,
              { kind: 'ARRAY', type: element.id, nelems },
              element.size * nelems,
              element.alignment,
            );
      const at = Math.ceil(size / whole.alignment) * whole.alignment;
      size = at + whole.size;
      alignment = Math.max(alignment, whole.alignment);
      return { name, type: whole.id, offsetInBits: at * 8 };
    });
    size = Math.ceil(size / alignment) * alignment;
    add(`struct ${struct}`, { kind: 'STRUCT', name: struct, size, members }, size, alignment);
  }
  return buildBtf({ types });
}
