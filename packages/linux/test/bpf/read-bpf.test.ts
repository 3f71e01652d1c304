import { x8664 } from '@vmcorekit/architectures';
import { resultOf } from '@vmcorekit/core';
import { type BpfObjects, btfTypes, readBpf } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** The members that count; `aux` and `map` are what forms of the kernel add. */
function typesWith(aux: readonly string[], prog: readonly string[], map: readonly string[]) {
  const table = btfTypes(
    cBtf({
      xarray: ['u32 xa_lock', 'u32 xa_flags', 'void *xa_head'],
      idr: ['struct xarray idr_rt', 'u32 idr_base'],
      xa_node: ['u8 shift', 'u8 offset', 'void *parent', 'void *array', 'void *slots[64]'],
      bpf_ksym: ['u64 start', 'u64 end'],
      kuid_t: ['u32 val'],
      user_struct: ['struct kuid_t uid'],
      bpf_prog_stats: ['u64 cnt', 'u64 nsecs'],
      bpf_prog: ['u32 type', 'u32 len', 'u32 jited_len', 'u64 tag', 'void *aux', ...prog],
      bpf_prog_aux: [
        ...['u32 id', 'u32 used_map_cnt', 'struct bpf_ksym ksym', 'void *used_maps', 'void *user'],
        ...['u64 load_time', 'char name[16]', ...aux],
      ],
      bpf_map_memory: ['u32 pages'],
      bpf_map: [
        ...['u32 map_type', 'u32 key_size', 'u32 value_size', 'u32 max_entries', 'u32 map_flags'],
        ...['u32 id', 'char name[16]', ...map],
      ],
      bpf_link: ['u32 id', 'u32 type', 'void *prog'],
      btf: ['u32 data_size', 'u32 id', 'char name[56]'],
    }),
    { wordSizeInBits: 64 },
  );
  const names: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
    bpf_prog_type: { BPF_PROG_TYPE_XDP: 6n },
    bpf_map_type: { BPF_MAP_TYPE_HASH_DEPRECATED: 1n, BPF_MAP_TYPE_HASH: 1n },
    bpf_link_type: { BPF_LINK_TYPE_XDP: 3n },
  };
  return {
    from: 'the test',
    remarks: [],
    struct: (name: string) => table.struct(name),
    enumeration: (name: string) =>
      names[name] === undefined ? undefined : new Map(Object.entries(names[name])),
  };
}

const old = typesWith(['void *stats'], [], ['struct bpf_map_memory memory']);
const modern = typesWith([], ['void *stats'], []);

/** A program with a map and a link, run three times on each CPU. */
function build(types: typeof old = modern) {
  const place = new FieldKernel(x8664, types);
  const table = (symbol: string, objects: Readonly<Record<number, bigint>>): bigint => {
    const idr = place.make('idr');
    const node = place.make('xa_node', { array: idr });
    place.set(idr, 'idr', { 'idr_rt.xa_head': node | 2n });
    const slots = place.at(node, 'xa_node', 'slots');
    for (const [id, object] of Object.entries(objects)) {
      place.put(slots + 8n * BigInt(id), object);
    }
    place.symbols[symbol] = idr;
    return slots;
  };
  const map = place.make('bpf_map', {
    ...{ id: 1, map_type: 1, key_size: 4, value_size: 8, max_entries: 16, name: 'counts' },
    ...(types === old ? { 'memory.pages': 2 } : {}),
  });
  const used = place.take(8);
  place.put(used, map);
  const statistics = place.takePerCpu(16);
  for (const area of place.areas) {
    place.set(area + statistics, 'bpf_prog_stats', { cnt: 3n, nsecs: 50n });
  }
  const aux = place.make('bpf_prog_aux', {
    ...{ id: 2, name: 'filter', used_map_cnt: 1, used_maps: used, load_time: 9n },
    ...{ 'ksym.start': 0x1000n, 'ksym.end': 0x2000n },
    user: place.make('user_struct', { 'uid.val': 1000 }),
    ...(types === old ? { stats: statistics } : {}),
  });
  const program = place.make('bpf_prog', {
    ...{ type: 6, len: 12, jited_len: 64, tag: 0x0807060504030201n, aux },
    ...(types === old ? {} : { stats: statistics }),
  });
  const link = place.make('bpf_link', { id: 1, type: 99, prog: program });
  const slots = table('prog_idr', { 2: program });
  table('map_idr', { 1: map });
  table('link_idr', { 1: link });
  table('btf_idr', { 1: place.make('btf', { id: 1, name: 'vmlinux', data_size: 77 }) });
  return { place, program, slots, aux };
}

function read({ place }: ReturnType<typeof build>): BpfObjects {
  const found = resultOf(readBpf(place.kernel()));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('what is loaded of BPF', () => {
  for (const [form, types, memoryInBytes] of [
    ['Linux 5.10', old, 8192],
    ['Linux 6.12', modern, null],
  ] as const) {
    it(`is programs with maps, links and types (${form})`, () => {
      const built = build(types);
      const { programs, maps, links, types: sets, remarks } = read(built);
      expect(remarks).to.deep.equal([]);
      expect(programs).to.deep.equal([
        {
          ...{ id: 2, address: built.program, type: 'xdp', name: 'filter', instructions: 12 },
          ...{ tag: '0102030405060708', code: { start: 0x1000n, end: 0x1040n }, loadTime: 9n },
          ...{ uid: 1000, maps: [1], runs: 6n, runTimeInNanoseconds: 100n },
        },
      ]);
      expect(maps[0]).to.deep.include({ id: 1, type: 'hash', name: 'counts', memoryInBytes });
      expect(links[0]).to.deep.include({ id: 1, type: '99', program: 2 });
      expect(sets[0]).to.deep.include({ id: 1, name: 'vmlinux', sizeInBytes: 77 });
    });
  }

  it('leaves out what says that it has another number, and says so', () => {
    const built = build();
    built.place.put(built.slots + 40n, built.program);
    const { programs, remarks } = read(built);
    expect(programs.map(({ id }) => id)).to.deep.equal([2]);
    expect(remarks[0]).to.match(/^prog_idr, number 5: .*the program there has the number 2$/);
  });

  it('says of too many maps that they are not proved', () => {
    const built = build();
    built.place.set(built.aux, 'bpf_prog_aux', { used_map_cnt: 0xffff_ffff });
    expect(read(built).programs[0]?.maps).to.equal(null);
  });

  it('is not found without types, or without a symbol', () => {
    const { place } = build();
    const none = { ...modern, from: 'nothing', struct: () => undefined };
    expect(resultOf(readBpf(place.kernel({ types: none })))).to.include('--symbols');
    delete place.symbols.prog_idr;
    expect(resultOf(readBpf(place.kernel()))).to.equal(
      'the symbols (the test) do not name prog_idr, as in a kernel without BPF',
    );
  });

  it('ends and throws nothing wherever memory is damaged', () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.nat(), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 }),
      (writes) => {
        const built = build();
        for (const [where, word] of writes) {
          built.place.put(built.aux - 1024n + ((BigInt(where) * 8n) % 4096n), word);
        }
        const found = resultOf(readBpf(built.place.kernel()));
        expect(typeof found === 'string' || found.programs.length <= 64).to.equal(true);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});
