import { resultOf } from '@vmcorekit/core';
import { readNetwork, socketKinds } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { NetKernel } from './net-kernel.ts';

/** A kernel with some of everything, and the address of a connection. */
function filled(): { readonly made: NetKernel; readonly connections: readonly bigint[] } {
  const made = new NetKernel();
  const net = made.namespace();
  made.device(net, 'lo', { ip_ptr: made.make('in_device', {}) });
  const connections = [1, 2, 3].map((port) => {
    const socket = made.sock('tcp_sock', net, { skc_num: port });
    made.hashNulls(made.establishedHead(0), socket);
    return socket;
  });
  made.hash(made.udp, made.sock('udp_sock', net, { skc_state: 7, sk_protocol: 17 }));
  made.netlinkFamily(0, made.sock('netlink_sock', net, { skc_family: 16, skc_state: 1 }));
  const buckets = made.heap.word(net + made.offset('net', 'unx.table.buckets'));
  made.hash(buckets, made.sock('unix_sock', net, { skc_family: 1, sk_type: 1 }));
  return { made, connections: connections.toReversed() };
}

describe('readNetwork on damaged memory', () => {
  it('ends at a chain that leads in a circle, and names it', () => {
    const { made, connections } = filled();
    const node = made.offset('sock_common', 'skc_nulls_node');
    const [first = 0n, , last = 0n] = connections;
    made.heap.put(last + node, first + node);
    const { namespaces, remarks } = made.read(['tcp']);
    expect(namespaces[0]?.sockets.map(({ local }) => local.port)).to.deep.equal([3, 2, 1]);
    expect(remarks).to.have.length(1);
    expect(remarks[0]).to.match(/^the table of TCP connections, bucket 0: .* points back to /);
  });

  it('names a chain that leads into another one', () => {
    const { made, connections } = filled();
    const node = made.offset('sock_common', 'skc_nulls_node');
    made.heap.put((connections[2] ?? 0n) + node, (9n << 1n) | 1n);
    const { namespaces, remarks } = made.read(['tcp']);
    expect(namespaces[0]?.sockets).to.have.length(3);
    expect(remarks[0]).to.include('ends with the number 9, wanted 0');
  });

  it('takes nothing for a socket that has no family and state of one', () => {
    const { made, connections } = filled();
    made.set('sock_common', connections[1] ?? 0n, { skc_family: 77 });
    const { namespaces, remarks } = made.read(['tcp']);
    expect(namespaces[0]?.sockets.map(({ local }) => local.port)).to.deep.equal([3, 1]);
    expect(remarks[0]).to.include('what lies here is no socket: its family is 77, its state 1');
  });

  it('reads the other sockets where the types of one kind are lost', () => {
    const { made } = filled();
    const kernel = made.kernel();
    const { types } = kernel;
    const parts = { devices: true, sockets: new Set(socketKinds) };
    const torn = {
      ...kernel,
      types: {
        ...types,
        struct: (name: string) => (name === 'netlink_sock' ? undefined : types.struct(name)),
      },
    };
    const network = resultOf(readNetwork(torn, parts));
    if (typeof network === 'string') {
      expect.fail(network);
    }
    const kinds = network.namespaces[0]?.sockets.map(({ kind }) => kind);
    expect(kinds).to.include.members(['tcp', 'udp']).and.not.include('netlink');
    expect(network.remarks.join()).to.include("the kernel's types do not describe it");
  });

  it('refuses a table of a size that none has', () => {
    const { made } = filled();
    made.set('inet_hashinfo', made.symbols.tcp_hashinfo ?? 0n, { ehash_mask: 0xfffffffe });
    const { remarks } = made.read(['tcp']);
    expect(remarks[0]).to.match(/^the table of TCP connections: .* which no table has$/);
  });

  it('counts the buckets that were lost, and reads the others', () => {
    const { made } = filled();
    made.heap.exclude(made.established);
    const { namespaces, remarks } = made.read(['tcp', 'udp']);
    expect(namespaces[0]?.sockets.map(({ kind }) => kind)).to.deep.equal(['udp']);
    expect(remarks.some((remark) => remark.includes('16 buckets of 16 cannot be read'))).to.equal(
      true,
    );
  });

  it('names the addresses of a device that lead in a circle', () => {
    const made = new NetKernel();
    const address = made.make('in_ifaddr', { ifa_prefixlen: 8 });
    made.set('in_ifaddr', address, { ifa_next: address });
    made.device(made.namespace(), 'lo', {
      ip_ptr: made.make('in_device', { ifa_list: address }),
    });
    const { namespaces, remarks } = made.read([]);
    expect(namespaces[0]?.devices[0]?.addresses).to.have.length(1);
    expect(remarks[0]).to.include('came before: the list has no end');
  });

  it('says what is missing where a kind has no table', () => {
    const { made } = filled();
    delete made.symbols.nl_table;
    const { remarks } = made.read(['netlink']);
    expect(remarks[0]).to.include('neither symbols nor types lead to the netlink sockets');
  });

  for (const [what, without] of [
    ['namespaces', 'net'],
    ['sockets', 'sock'],
  ] as const) {
    it(`says what would help where types do not describe ${what}`, () => {
      const needed = without === 'sock' ? ['sock', ...holders] : [without];
      const kernel = new NetKernel('little', needed).kernel();
      const answer = resultOf(
        readNetwork(kernel, { devices: true, sockets: new Set(socketKinds) }),
      );
      expect(answer).to.match(
        new RegExp(`do not describe struct ${without}; would help: give a vmlinux`),
      );
    });
  }

  it('says where the namespaces hang, if no symbol does', () => {
    const made = new NetKernel();
    delete made.symbols.net_namespace_list;
    const answer = resultOf(
      readNetwork(made.kernel(), { devices: true, sockets: new Set(socketKinds) }),
    );
    expect(answer).to.include('do not name net_namespace_list');
  });

  it('ends on memory that is damaged anywhere', () => {
    const { made } = filled();
    const places = made.heap.usedInBytes / 8;
    const kernel = made.kernel();
    const pristine = made.heap.kernel.memory.read(made.list, made.heap.usedInBytes);
    const values = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.integer({ min: 0, max: places - 1 }).map((word) => made.list + BigInt(word * 8)),
      fc.constantFrom(0n, 1n, 0xdead000000000100n),
    );
    const damage = fc.array(fc.tuple(fc.integer({ min: 0, max: places - 1 }), values), {
      minLength: 1,
      maxLength: 24,
    });
    fc.assert(
      fc.property(damage, (changes) => {
        made.heap.bytes(made.list, pristine);
        for (const [word, value] of changes) {
          made.heap.put(made.list + BigInt(word * 8), value);
        }
        const answer = resultOf(
          readNetwork(kernel, { devices: true, sockets: new Set(socketKinds) }),
        );
        expect(typeof answer).to.equal('object');
      }),
      { numRuns: 60 },
    );
  });
});

/** Structures that begin with a `struct sock`. */
const holders = ['tcp_sock', 'udp_sock', 'unix_sock', 'netlink_sock', 'packet_sock'];
