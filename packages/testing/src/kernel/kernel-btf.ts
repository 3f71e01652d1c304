import { type BtfTypeSpec, buildBtf } from './build-btf.ts';

/** Structures by name, each with a size and the offsets of its members in bytes. */
export type StructsSpec = Readonly<
  Record<string, { readonly size: number; readonly members: Readonly<Record<string, number>> }>
>;

/** The types of a kernel and of its modules, as a running kernel has them in memory. */
export interface KernelBtfSpec {
  /** The virtual address of the memory to build. */
  readonly address: bigint;
  readonly structs: StructsSpec;
  /** By the name of the module. */
  readonly modules?: Readonly<Record<string, StructsSpec>>;
  /** Whether `struct btf` says that the names are sorted; default true. They always are. */
  readonly isSorted?: boolean;
}

export interface BuiltKernelBtf {
  readonly bytes: Uint8Array;
  readonly symbols: Readonly<Record<string, bigint>>;
  /** The offset of each part in the bytes; of a module's `struct btf` under its name. */
  readonly places: Readonly<Record<'section' | 'array' | 'owner', number>> &
    Readonly<Record<string, number>>;
}

/** A `struct btf` with the members that are read, at offsets of Linux 7.x for the first ones. */
const owner = {
  data: 0,
  types: 8,
  nr_types: 72,
  named_start_id: 76,
  data_size: 84,
  base_btf: 128,
  start_id: 136,
  start_str_off: 140,
  name: 144,
} as const;
const ownerSize = 208;
const structsOfKernel: StructsSpec = {
  btf: { size: ownerSize, members: owner },
  btf_module: { size: 40, members: { list: 0, module: 16, btf: 24 } },
  list_head: { size: 16, members: { next: 0, prev: 8 } },
};
const headerSize = 24;
const sectionAt = 0x1070;

/** 64 bits, little-endian. */
export function buildKernelBtf(spec: KernelBtfSpec): BuiltKernelBtf {
  const { address, structs, modules = {}, isSorted = true } = spec;
  const named = sortedTypes({ ...structsOfKernel, ...structs });
  // The first type has no name, as in a sorted section.
  const types: BtfTypeSpec[] = [{ kind: 'PTR', type: 0 }, ...named];
  const section = buildBtf({ types });
  const names = new DataView(section.buffer).getUint32(20, true);
  const count = types.length + 1;
  const arrayAt = align(sectionAt + section.length);
  let end = align(arrayAt + count * 8);
  const places: Record<string, number> = { section: sectionAt, array: arrayAt, owner: 0x100 };
  const own = Object.entries(modules).map(([name, its]) => {
    const byte = 2 + named.findIndex(({ kind }) => kind === 'INT');
    const bytes = buildBtf({ types: sortedTypes(its, byte), base: { names } });
    const at = { entry: end, owner: end + 64, data: end + 64 + ownerSize };
    places[name] = at.owner;
    end = align(at.data + bytes.length);
    return { name, bytes, at };
  });
  const memory = new Uint8Array(end);
  const view = new DataView(memory.buffer);
  const pointer = (at: number, target: number) =>
    view.setBigUint64(at, address + BigInt(target), true);
  const struct = (at: number, data: number, size: number, name: string) => {
    pointer(at + owner.data, data);
    view.setUint32(at + owner.data_size, size, true);
    memory.set(memory.subarray(data, data + headerSize), at + 48);
    memory.set(new TextEncoder().encode(name), at + owner.name);
  };
  pointer(0, 0x100);
  memory.set(section, sectionAt);
  struct(0x100, sectionAt, section.length, 'vmlinux');
  pointer(0x100 + owner.types, arrayAt);
  view.setUint32(0x100 + owner.nr_types, count, true);
  view.setUint32(0x100 + owner.named_start_id, isSorted ? 2 : 0, true);
  recordPlaces(section).forEach((place, index) => {
    pointer(arrayAt + (index + 1) * 8, sectionAt + place);
  });
  const heads = [16, ...own.map(({ at }) => at.entry)];
  heads.forEach((at, index) => {
    const next = heads[(index + 1) % heads.length] ?? 0;
    pointer(at, next);
    pointer(next + 8, at);
  });
  for (const { name, bytes, at } of own) {
    pointer(at.entry + 24, at.owner);
    memory.set(bytes, at.data);
    struct(at.owner, at.data, bytes.length, name);
    pointer(at.owner + owner.base_btf, 0x100);
    view.setUint32(at.owner + owner.start_id, count, true);
    view.setUint32(at.owner + owner.start_str_off, names, true);
  }
  return {
    bytes: memory,
    places: places as BuiltKernelBtf['places'],
    symbols: {
      btf_vmlinux: address,
      btf_modules: address + 16n,
      __start_BTF: address + BigInt(sectionAt),
      __stop_BTF: address + BigInt(sectionAt + section.length),
    },
  };
}

/** Structures of bytes, and where no id of a byte is given that type too, by name. */
function sortedTypes(structs: StructsSpec, byte?: number): BtfTypeSpec[] {
  const byteName = 'unsigned char';
  const names = [...Object.keys(structs), ...(byte === undefined ? [byteName] : [])].sort();
  const byteId = byte ?? names.indexOf(byteName) + 2;
  return names.map((name): BtfTypeSpec => {
    const struct = structs[name];
    return struct === undefined
      ? { kind: 'INT', name, size: 1 }
      : {
          kind: 'STRUCT',
          name,
          size: struct.size,
          members: Object.entries(struct.members).map(([member, offset]) => ({
            name: member,
            type: byteId,
            offsetInBits: offset * 8,
          })),
        };
  });
}

/** Of the kinds that are built here. */
function recordPlaces(section: Uint8Array): number[] {
  const view = new DataView(section.buffer);
  const end = headerSize + view.getUint32(12, true);
  const places: number[] = [];
  for (let at = headerSize; at < end; ) {
    places.push(at);
    const info = view.getUint32(at + 4, true);
    const kind = info >>> 24;
    at += 12 + (kind === 1 ? 4 : kind === 4 ? 12 * (info & 0xffffff) : 0);
  }
  return places;
}

function align(at: number): number {
  return Math.ceil(at / 16) * 16;
}
