import { resultOf } from '@vmcorekit/core';
import { type NetworkNamespace, readNetwork } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { fromWire, NetKernel } from './net-kernel.ts';

type Found = Pick<NetworkNamespace, 'routes' | 'neighbours'> & {
  readonly remarks: readonly string[];
};

function read(made: NetKernel): Found {
  const parts = { devices: false, sockets: new Set<never>(), routes: true, neighbours: true };
  const found = resultOf(readNetwork(made.kernel(), parts));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  const [first] = found.namespaces;
  return {
    routes: first?.routes ?? [],
    neighbours: first?.neighbours ?? [],
    remarks: found.remarks.filter((remark) => !remark.includes('_tbl')),
  };
}

/** A table of routes of the namespace, and its root. */
function tableIn(made: NetKernel, net: bigint): bigint {
  const hash = made.heap.take(256 * 8);
  const trie = made.make('key_vector', { pos: 32 });
  made.heap.take(8);
  const table = made.make('fib_table', { tb_data: trie });
  made.heap.put(hash + 8n * 254n, table);
  made.heap.put(table, 0n, hash + 8n * 254n);
  made.set('net', net, { 'ipv4.fib_table_hash': hash });
  return trie;
}

/** An inner node or a leaf with pointers after it. */
function vector(made: NetKernel, members: Record<string, number>, pointers: readonly bigint[]) {
  const at = made.heap.take(made.size('key_vector') + pointers.length * 8);
  made.set('key_vector', at, members);
  made.heap.put(at + made.offset('key_vector', 'tnode'), ...pointers);
  return at;
}

function leaf(made: NetKernel, key: number, members: Record<string, number | bigint>): bigint {
  const alias = made.make('fib_alias', { fa_type: 1, tb_id: 254, ...members });
  const at = vector(made, { key }, [alias]);
  made.heap.put(alias, 0n, at + made.offset('key_vector', 'tnode'));
  return at;
}

describe('readNetwork: routes', () => {
  for (const order of ['little', 'big'] as const) {
    it(`reads the routes of a ${order}-endian kernel, in order`, () => {
      const made = new NetKernel(order);
      const trie = tableIn(made, made.namespace());
      const info = made.make('fib_info', {
        fib_priority: 100,
        fib_prefsrc: fromWire([10, 0, 2, 15], order),
        fib_nhs: 1,
      });
      const hop = made.make('fib_nh', {
        'nh_common.nhc_oif': 2,
        'nh_common.nhc_gw_family': 2,
        'nh_common.nhc_gw.ipv4': fromWire([10, 0, 2, 2], order),
      });
      expect(hop).to.equal(info + made.offset('fib_info', 'fib_nh'));
      const object = made.make('fib_info', { nh: 8n });
      const byDefault = leaf(made, 0, { fa_slen: 32, fa_info: info });
      const other = leaf(made, 0x0a000200, {
        fa_slen: 8,
        fa_info: object,
        fa_type: 6,
        tb_id: 255,
      });
      const inner = vector(made, { pos: 27, bits: 1 }, [byDefault, other]);
      made.heap.put(trie + made.offset('key_vector', 'tnode'), inner);
      expect(read(made)).to.deep.include({
        remarks: [],
        routes: [
          {
            table: 254,
            destination: '0.0.0.0',
            prefixLength: 0,
            type: 'unicast',
            priority: 100,
            source: '10.0.2.15',
            nextHops: [{ gateway: '10.0.2.2', device: 2 }],
          },
          {
            table: 255,
            destination: '10.0.2.0',
            prefixLength: 24,
            type: 'blackhole',
            priority: 0,
            source: null,
            nextHops: null,
          },
        ],
      });
    });
  }

  it('goes into no node twice, and into none that looks at bits again', () => {
    const made = new NetKernel();
    const trie = tableIn(made, made.namespace());
    const top = vector(made, { pos: 20, bits: 2 }, [0n, 0n, 0n, 0n]);
    const same = vector(made, { pos: 20, bits: 1 }, [0n, 0n]);
    made.heap.put(top + made.offset('key_vector', 'tnode'), top, same, 8n);
    made.heap.put(trie + made.offset('key_vector', 'tnode'), top);
    const { routes, remarks } = read(made);
    expect(routes).to.deep.equal([]);
    expect(remarks).to.have.length(3);
    expect(remarks[1]).to.include('it looks at bits 20 to 20, and those are taken');
  });

  it('gives a table that two namespaces claim to the first', () => {
    const made = new NetKernel();
    const [first, second] = [made.namespace(1), made.namespace(2)];
    const trie = tableIn(made, first);
    const info = made.make('fib_info', {});
    const hash = made.heap.word(first + made.offset('net', 'ipv4.fib_table_hash'));
    made.set('net', second, { 'ipv4.fib_table_hash': hash });
    made.heap.put(
      trie + made.offset('key_vector', 'tnode'),
      leaf(made, 0, { fa_slen: 32, fa_info: info }),
    );
    const parts = { devices: false, sockets: new Set<never>(), routes: true };
    const found = resultOf(readNetwork(made.kernel(), parts));
    expect(
      typeof found === 'string' ? found : found.namespaces.map(({ routes }) => routes.length),
    ).to.deep.equal([1, 0]);
  });

  it('ends on a tree that is damaged anywhere', () => {
    const made = new NetKernel();
    const trie = tableIn(made, made.namespace());
    const info = made.make('fib_info', {});
    const leaves = [0, 1, 2, 3].map((key) => leaf(made, key, { fa_slen: 0, fa_info: info }));
    made.heap.put(
      trie + made.offset('key_vector', 'tnode'),
      vector(made, { pos: 0, bits: 2 }, leaves),
    );
    const from = trie;
    const words = Number((info + 0x400n - trie) / 8n);
    const kernel = made.kernel();
    const parts = { devices: false, sockets: new Set<never>(), routes: true };
    const pristine = kernel.memory.read(from, words * 8);
    const change = fc.tuple(
      fc.integer({ min: 0, max: words - 1 }),
      fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 0, max: words - 1 }).map((word) => from + BigInt(word * 8)),
      ),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        made.heap.bytes(from, pristine);
        for (const [word, value] of changes) {
          made.heap.put(from + BigInt(word * 8), value);
        }
        expect(typeof resultOf(readNetwork(kernel, parts))).to.equal('object');
      }),
      { numRuns: 60 },
    );
  });
});

describe('readNetwork: neighbours', () => {
  for (const [form, head] of [
    ['hash lists', 'hash_heads'],
    ['chains without pointers back', 'hash_buckets'],
  ] as const) {
    it(`reads them out of ${form}`, () => {
      const made = new NetKernel('little', [], {
        neigh_hash_table: [`void *${head}`, 'u32 hash_shift'],
      });
      const net = made.namespace();
      const eth = made.device(net, 'eth0', { ifindex: 2, addr_len: 6 });
      const heads = made.heap.take(8 * 8);
      const hash = made.make('neigh_hash_table', { [head]: heads, hash_shift: 3 });
      const table = made.make('neigh_table', { nht: hash });
      made.symbols.arp_tbl = table;
      const known = made.make('neighbour', {
        tbl: table,
        nud_state: 2,
        ha: Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56),
        dev: eth,
        primary_key: Uint8Array.of(10, 0, 2, 2),
      });
      const asked = made.make('neighbour', {
        tbl: table,
        nud_state: 1,
        dev: eth,
        primary_key: Uint8Array.of(10, 0, 2, 3),
      });
      const stranger = made.make('neighbour', { tbl: 8n, dev: eth });
      made.heap.put(heads + 24n, known);
      made.heap.put(known, asked, heads + 24n);
      made.heap.put(asked, stranger, known);
      made.heap.put(stranger, 0n, asked);
      expect(
        read(made).neighbours.map(({ ip, hardwareAddress, state, device }) => [
          ip,
          hardwareAddress,
          state,
          device,
        ]),
      ).to.deep.equal([
        ['10.0.2.2', '52:54:00:12:34:56', 'reachable', 2],
        ['10.0.2.3', null, 'incomplete', 2],
      ]);
    });
  }
});
