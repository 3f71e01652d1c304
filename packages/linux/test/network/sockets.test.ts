import type { NetworkSocket } from '@vmcorekit/linux';
import { expect } from 'chai';
import { fromWire, NetKernel } from './net-kernel.ts';

/** What a test looks at of each socket. */
function shown({ sockets }: { readonly sockets: readonly NetworkSocket[] }) {
  return sockets.map(({ protocol, state, local, remote, receiveQueue, sendQueue }) => ({
    protocol,
    state,
    local: `${local.address} ${local.port}`,
    remote: `${remote.address} ${remote.port}`,
    queues: [receiveQueue, sendQueue],
  }));
}

describe('readNetwork: sockets', () => {
  for (const order of ['little', 'big'] as const) {
    it(`reads TCP connections and listeners of a ${order}-endian kernel`, () => {
      const made = new NetKernel(order);
      const net = made.namespace();
      const connection = made.sock('tcp_sock', net, {
        skc_rcv_saddr: fromWire([10, 0, 2, 15], order),
        skc_daddr: fromWire([93, 184, 216, 34], order),
        skc_num: 41840,
        skc_dport: fromWire([1, 187], order),
        skc_cookie: 0x1001,
        sk_socket: made.socket(599),
        sk_uid: 1000,
        // The counters run over.
        rcv_nxt: 5,
        copied_seq: 0xfffffffe,
        write_seq: 3,
        snd_una: 0xffffffff,
      });
      made.hashNulls(made.establishedHead(3), connection);
      const listener = made.sock('tcp_sock', net, {
        skc_family: 10,
        skc_state: 10,
        skc_num: 22,
        sk_ack_backlog: 2,
      });
      made.hashNulls(made.listeningHead(7), listener);
      const { namespaces, remarks } = made.read();
      expect(remarks).to.deep.equal([]);
      expect(shown(namespaces[0] ?? expect.fail('no namespace'))).to.deep.equal([
        {
          protocol: 'tcp',
          state: 'established',
          local: '10.0.2.15 41840',
          remote: '93.184.216.34 443',
          queues: [7, 4],
        },
        { protocol: 'tcp', state: 'listen', local: ':: 22', remote: ':: 0', queues: [2, 0] },
      ]);
      const [first, second] = namespaces[0]?.sockets ?? [];
      expect(first).to.include({ inode: 599n, uid: 1000, cookie: 0x1001n, address: connection });
      expect(second).to.include({ inode: null, cookie: null, device: null });
    });
  }

  it('reads no more of a socket in TIME_WAIT and a request than they have', () => {
    const made = new NetKernel();
    const net = made.namespace();
    for (const [index, state] of [6, 12].entries()) {
      // The page after the small structure is lost.
      const at = made.heap.take(8192, 4096) + 4096n - BigInt(made.size('sock_common'));
      made.set('sock_common', at, { skc_family: 2, skc_state: state, 'skc_net.net': net });
      made.heap.exclude(at + 4096n);
      made.hashNulls(made.establishedHead(index), at);
    }
    const { namespaces, remarks } = made.read();
    expect(remarks).to.deep.equal([]);
    expect(
      namespaces[0]?.sockets.map(({ state, inode, uid }) => [state, inode, uid]),
    ).to.deep.equal([
      ['time-wait', null, null],
      ['new-syn-received', null, null],
    ]);
  });

  it('reads UDP and raw sockets', () => {
    const made = new NetKernel();
    const net = made.namespace();
    made.device(net, 'eth0', { ifindex: 2 });
    const udp = made.sock('udp_sock', net, {
      skc_state: 7,
      skc_num: 68,
      skc_bound_dev_if: 2,
      sk_protocol: 17,
      sk_type: 2,
      'sk_backlog.rmem_alloc': 1000,
      forward_deficit: 104,
      sk_wmem_alloc: 5,
    });
    made.hash(made.udp + 16n * 5n, udp);
    const raw = made.sock('sock', net, { skc_state: 7, skc_num: 1, sk_protocol: 1, sk_type: 3 });
    made.hash(made.raw + made.offset('raw_hashinfo', 'ht') + 8n * 200n, raw);
    const { namespaces, remarks } = made.read();
    expect(remarks).to.deep.equal([]);
    expect(shown(namespaces[0] ?? expect.fail('no namespace'))).to.deep.equal([
      {
        protocol: 'udp',
        state: 'close',
        local: '0.0.0.0 68',
        remote: '0.0.0.0 0',
        queues: [896, 4],
      },
      {
        protocol: 'icmp',
        state: 'close',
        local: '0.0.0.0 1',
        remote: '0.0.0.0 0',
        queues: [0, 0],
      },
    ]);
    expect(namespaces[0]?.sockets.map(({ type, device }) => [type, device])).to.deep.equal([
      ['datagram', 2],
      ['raw', null],
    ]);
  });

  it('reads unix sockets, their names and peers', () => {
    const made = new NetKernel();
    const net = made.namespace();
    const name = (text: string) =>
      made.make('unix_address', { len: 2 + text.length, name: `\u0001\0${text}` });
    const server = made.sock('unix_sock', net, {
      skc_family: 1,
      sk_type: 1,
      addr: name('/run/a socket\0'),
    });
    const client = made.sock('unix_sock', net, { skc_family: 1, sk_type: 1, peer: server });
    made.set('unix_sock', server, { peer: client });
    const abstract = made.sock('unix_sock', net, {
      skc_family: 1,
      skc_state: 10,
      sk_type: 5,
      addr: name('\0lab\0x'),
    });
    const buckets = made.heap.word(net + made.offset('net', 'unx.table.buckets'));
    made.hash(buckets + 8n * 511n, abstract);
    made.hash(buckets, client);
    made.hash(buckets, server);
    const { namespaces, remarks } = made.read();
    expect(remarks).to.deep.equal([]);
    expect(
      namespaces[0]?.sockets.map(({ type, state, local, remote, peer }) => [
        type,
        state,
        local.address,
        remote.address,
        peer,
      ]),
    ).to.deep.equal([
      ['stream', 'established', '/run/a socket', null, client],
      ['stream', 'established', null, '/run/a socket', server],
      ['seqpacket', 'listen', '@lab@x', null, null],
    ]);
  });

  it('reads netlink and packet sockets', () => {
    const made = new NetKernel();
    const net = made.namespace();
    made.device(net, 'eth0', { ifindex: 2 });
    const netlink = made.sock('netlink_sock', net, {
      skc_family: 16,
      skc_state: 7,
      sk_type: 3,
      sk_protocol: 15,
      portid: 634,
      'sk_backlog.rmem_alloc': 2304,
    });
    made.netlinkFamily(15, netlink);
    const packet = made.sock('packet_sock', net, {
      skc_family: 17,
      skc_state: 7,
      sk_type: 3,
      ifindex: 2,
      num: fromWire([0x88, 0xb5], 'little'),
    });
    made.hash(net + made.offset('net', 'packet.sklist'), packet);
    const { namespaces, remarks } = made.read();
    expect(remarks).to.deep.equal([]);
    expect(
      namespaces[0]?.sockets.map(({ protocol, state, local, device, receiveQueue }) => [
        protocol,
        state,
        local.port,
        device,
        receiveQueue,
      ]),
    ).to.deep.equal([
      ['kobject-uevent', null, 634, null, 2304],
      ['0x88b5', null, null, 2, 0],
    ]);
  });

  it('puts each socket into its namespace, also one that the list does not have', () => {
    const made = new NetKernel();
    const [first, second] = [made.namespace(1), made.namespace(2)];
    const lost = made.make('net', { 'ns.inum': 3 });
    for (const [index, net] of [second, first, lost].entries()) {
      made.hashNulls(
        made.establishedHead(index),
        made.sock('tcp_sock', net, { skc_num: 100 + index }),
      );
    }
    const { namespaces } = made.read(['tcp']);
    expect(
      namespaces.map(({ inode, isListed, sockets }) => [
        inode,
        isListed,
        sockets.map(({ local }) => local.port),
      ]),
    ).to.deep.equal([
      [1, true, [101]],
      [2, true, [100]],
      [3, false, [102]],
    ]);
  });

  it('says where a socket is bound to a device that its namespace does not have', () => {
    // One flipped bit bound a socket to device 64, and nothing spoke against it.
    const made = new NetKernel();
    const net = made.namespace();
    made.device(net, 'eth0', { ifindex: 2 });
    const bound = [2, 64].map((skc_bound_dev_if) => {
      const socket = made.sock('tcp_sock', net, { skc_bound_dev_if });
      made.hashNulls(made.establishedHead(skc_bound_dev_if % 16), socket);
      return socket;
    });
    const { remarks } = made.read();
    expect(remarks).to.deep.equal([
      `the sockets: at 0x${bound[1]?.toString(16)}, the socket is bound to device 64, which its ` +
        'namespace does not have: the device was removed, or the number is damaged',
    ]);
  });

  it('reads only the kinds that are asked for', () => {
    const made = new NetKernel();
    const net = made.namespace();
    made.hashNulls(made.establishedHead(0), made.sock('tcp_sock', net, {}));
    made.hash(made.udp, made.sock('udp_sock', net, { skc_state: 7 }));
    const kinds = made.read(['udp']).namespaces[0]?.sockets.map(({ kind }) => kind);
    expect(kinds).to.deep.equal(['udp']);
  });
});
