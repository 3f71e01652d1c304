import { resultOf, type VirtualAddress } from '@vmcorekit/core';
import { type SocketKind, socketKinds } from '@vmcorekit/linux';
import { expect } from 'chai';
import { socketsAmong } from '../../dist/network/socket-owners.js';
import { SocketWalk } from '../../dist/network/socket-walk.js';
import { readUnlistedSockets } from '../../dist/network/unlisted-sockets.js';
import { NetKernel } from './net-kernel.ts';

/** Of each socket that only processes have: its kind and protocol. */
function unlisted(
  made: NetKernel,
  held: readonly VirtualAddress[],
  kinds: readonly SocketKind[] = socketKinds,
): readonly (readonly [string, string, boolean])[] {
  const walk = new SocketWalk(made.kernel(), made.heap.notes);
  resultOf(readUnlistedSockets(walk, held, new Set(kinds)));
  return walk.sockets.map(({ kind, protocol, isListed }) => [kind, protocol, isListed]);
}

describe('socketsAmong', () => {
  it('has the socket of a file that the socket names too', () => {
    const made = new NetKernel();
    const sock = made.sock('tcp_sock', made.namespace(), {});
    const file = made.heap.take(64);
    const socket = made.make('socket_alloc', { 'socket.sk': sock, 'socket.file': file });
    const inode = socket + made.offset('socket_alloc', 'vfs_inode');
    const files = [
      { fd: 3, address: file, inode, type: 'SOCK' },
      { fd: 4, address: file, inode, type: 'REG' },
      // Opened by the path of a unix socket.
      { fd: 5, address: file + 8n, inode, type: 'SOCK' },
      { fd: 6, address: file, inode: 8n, type: 'SOCK' },
    ] as const;
    expect([...socketsAmong(made.kernel(), files)]).to.deep.equal([{ fd: 3, socket: sock }]);
  });

  it('has none where types do not say how a socket has its inode', () => {
    const made = new NetKernel('little', ['socket_alloc']);
    const files = [{ fd: 3, address: 1n, inode: made.heap.take(64), type: 'SOCK' }] as const;
    expect([...socketsAmong(made.kernel(), files)]).to.deep.equal([]);
  });
});

describe('readUnlistedSockets', () => {
  it('knows each kind by family and protocol', () => {
    const made = new NetKernel();
    const net = made.namespace();
    const sockets = [
      made.sock('tcp_sock', net, { sk_protocol: 6, skc_state: 7 }),
      made.sock('udp_sock', net, { sk_protocol: 17, skc_state: 7, skc_family: 10 }),
      made.sock('udp_sock', net, { sk_protocol: 1, skc_state: 7 }),
      made.sock('unix_sock', net, { skc_family: 1, skc_state: 7 }),
      made.sock('netlink_sock', net, { skc_family: 16, skc_state: 7, sk_protocol: 16 }),
      made.sock('packet_sock', net, { skc_family: 17, skc_state: 7 }),
      // A family that is not among them, and memory that is lost.
      made.sock('sock', net, { skc_family: 38, skc_state: 7 }),
      8n,
    ];
    expect(unlisted(made, sockets)).to.deep.equal([
      ['tcp', 'tcp', false],
      ['udp', 'udp', false],
      ['raw', 'icmp', false],
      ['unix', 'unix', false],
      ['netlink', 'generic', false],
      ['packet', '0x0000', false],
    ]);
    expect(made.heap.notes.all).to.deep.equal([]);
  });

  it('has only kinds that are asked for, and each socket once', () => {
    const made = new NetKernel();
    const net = made.namespace();
    const tcp = made.sock('tcp_sock', net, { sk_protocol: 6, skc_state: 7 });
    const unix = made.sock('unix_sock', net, { skc_family: 1, skc_state: 7 });
    expect(unlisted(made, [tcp, unix, tcp], ['tcp'])).to.deep.equal([['tcp', 'tcp', false]]);
  });
});
