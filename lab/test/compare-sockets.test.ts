import { compareSockets } from '@vmcorekit/lab/introspection/compare-sockets';
import { expect } from 'chai';
import { procOf } from './proc-of.ts';

const address = 'ffff88b757d89b00';
const files = {
  '/proc/1/net/dev': 'Inter-|\n face |bytes\ndummy0: 0 0 0 0 0 0 0 0 580 8 0 0 0 0 0 0\n',
  '/proc/1/net/tcp': `  sl  local_address\n   1: 0100007F:1B62 0D0C0B0A:0009 02 00000001:00000006 01:00000607 00000004  7  0 10801 1 ${address} 100\n`,
  '/proc/1/net/tcp6':
    '  sl\n   2: 00000000000000000000000001000000:E422 00000000000000000000000000000000:0000 0A 00000000:00000002 00:00000000 00000000 0 0 10836 1 ffff88b7427ace00 21\n',
  '/proc/1/net/unix': `Num\nffff88b751a7c400: 00000002 00000000 00010000 0001 01 10806 /tmp/stream socket\n`,
  '/proc/1/net/netlink':
    'sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\nffff88b75793d800 0   736 00000001 2304 0 0 2 0 11798\n',
  '/proc/1/net/packet':
    'sk RefCnt Type Proto Iface R Rmem User Inode\nffff88b757938800 3 3 88b5 2 1 896 0 11796\n',
};
const links = { '/proc/1/ns/net': 'net:[4026531840]' };
const end = (at: string | null, port: number | null) => ({ address: at, port });
const tcp = {
  address: `0x${address}`,
  kind: 'tcp' as const,
  isListed: true,
  family: 'inet',
  type: 'stream',
  protocol: 'tcp',
  state: 'syn-sent' as string | null,
  local: end('127.0.0.1', 7010),
  remote: end('10.11.12.13', 9),
  receiveQueue: 6,
  sendQueue: 1,
  inode: 10801,
  uid: 7 as number | null,
  cookie: null,
  device: null as number | null,
  peer: null,
};
const tcp6 = {
  ...tcp,
  address: '0xffff88b7427ace00',
  state: 'listen',
  local: end('::1', 58402),
  remote: end('::', 0),
  receiveQueue: 2,
  sendQueue: 0,
  inode: 10836,
  uid: 0,
};
const unix = {
  ...tcp,
  kind: 'unix' as const,
  address: '0xffff88b751a7c400',
  state: 'listen',
  local: end('/tmp/stream socket', null),
  inode: 10806,
};
const netlink = {
  ...tcp,
  kind: 'netlink' as const,
  address: '0xffff88b75793d800',
  local: end(null, 736),
  receiveQueue: 2304,
  sendQueue: 0,
  inode: 11798,
};
const packet = {
  ...tcp,
  kind: 'packet' as const,
  address: '0xffff88b757938800',
  type: 'raw',
  protocol: '0x88b5',
  device: 2,
  receiveQueue: 896,
  inode: 11796,
  uid: 0,
};
type Socket = Omit<typeof tcp, 'kind'> & { readonly kind: 'tcp' | 'unix' | 'netlink' | 'packet' };
const all: readonly Socket[] = [tcp, tcp6, unix, netlink, packet];

const dummy = {
  address: '0x1',
  name: 'dummy0',
  index: 2,
  flags: [],
  operationalState: null,
  mtu: 1500,
  hardwareAddress: null,
  addresses: [],
  received: { bytes: 0, packets: 0 },
  sent: { bytes: 580, packets: 8 },
};

function compare(
  sockets: readonly Socket[],
  { sent = dummy.sent, proc = procOf(files, links), uptime = 100 } = {},
): ReturnType<typeof compareSockets> {
  const namespace = { inode: 4026531840, sockets, devices: [{ ...dummy, sent }] };
  return compareSockets({ namespaces: [namespace] }, proc, uptime);
}

function fieldsOf(...sockets: readonly Socket[]): readonly string[] {
  return compare(sockets).differences.map(({ field }) => field);
}

describe('the comparison of sockets', () => {
  it('finds no difference where the answer is what /proc says', () => {
    expect(compare(all)).to.deep.equal({ compared: 5, excluded: [], differences: [] });
  });

  it('reads addresses as a big-endian machine shows them', () => {
    const big = procOf(
      {
        ...files,
        '/proc/cpuinfo': 'vendor_id       : IBM/S390\n',
        '/proc/1/net/tcp': (files['/proc/1/net/tcp'] ?? '')
          .replace('0100007F', '7F000001')
          .replace('0D0C0B0A', '0A0B0C0D'),
        '/proc/1/net/tcp6': (files['/proc/1/net/tcp6'] ?? '').replace('01000000', '00000001'),
      },
      links,
    );
    expect(compare(all, { proc: big }).differences).to.deep.equal([]);
  });

  it('finds another end, state, queue, owner and inode', () => {
    const wrong = { ...tcp, local: end('127.0.0.1', 1), state: 'listen', uid: 0, inode: 1 };
    expect(fieldsOf({ ...wrong, sendQueue: 0 }, ...all.slice(1))).to.have.members([
      ...['local', 'state', 'uid', 'inode', 'sendQueue'],
    ]);
    const wrong6 = { ...tcp6, local: end('::2', 58402) };
    expect(fieldsOf(tcp, wrong6, ...all.slice(2))).to.deep.equal(['local']);
  });

  it('finds another name of a unix socket, port of netlink, and protocol of packets', () => {
    expect(fieldsOf(tcp, tcp6, { ...unix, state: null }, netlink, packet)).to.deep.equal([
      'isListening',
    ]);
    const others = [
      { ...unix, local: end('/tmp/other', null) },
      { ...netlink, local: end(null, 1) },
      { ...packet, protocol: '0x3' },
    ];
    expect(fieldsOf(tcp, tcp6, ...others)).to.deep.equal(['local', 'local', 'protocol']);
  });

  it('finds one that is missing, and one too many, but not one in no table', () => {
    expect(fieldsOf(...all.slice(1))).to.deep.equal(['missing']);
    expect(fieldsOf(...all, { ...tcp, address: '0xffff888000000000' })).to.deep.equal(['extra']);
    const unlisted = { ...tcp, address: '0xffff888000000000', isListed: false };
    expect(fieldsOf(...all, unlisted)).to.deep.equal([]);
  });

  it('leaves out a packet socket whose device sent more since then', () => {
    const risen = compare([...all.slice(0, 4), { ...packet, receiveQueue: 1792 }], {
      sent: { bytes: 654, packets: 9 },
    });
    expect(risen.differences).to.deep.equal([]);
    expect(risen.excluded[0]?.proof).to.equal(
      'dummy0: its sentBytes went from 580 to 654 before the dump',
    );
  });

  it('leaves out a TIME-WAIT whose time ended before the dump', () => {
    const waiting = {
      ...procOf(
        {
          '/proc/1/net/dev': files['/proc/1/net/dev'],
          '/proc/1/net/tcp': `sl\n 3: 0100007F:BF04 0100007F:1B62 06 00000000:00000000 03:0000117A 00000000 0 0 0 3 ${address}\n`,
        },
        links,
      ),
      secondLook: { '/proc/uptime': '50.00 1.0\n' },
    };
    // 44.74 s are left.
    expect(compare([], { proc: waiting, uptime: 94 }).differences).to.have.length(1);
    const ended = compare([], { proc: waiting, uptime: 95 });
    expect(ended.differences).to.deep.equal([]);
    expect(ended.excluded[0]?.proof).to.equal(
      'its TIME-WAIT ended 94.74 s after boot, before the dump',
    );
  });

  it('knows sockets by their inodes where the kernel shows hashes', () => {
    const hashed = procOf(
      {
        '/proc/1/net/dev': files['/proc/1/net/dev'],
        '/proc/1/net/tcp': files['/proc/1/net/tcp'].replace(address, '000000001234abcd'),
      },
      links,
    );
    const { compared, differences } = compare([tcp], { proc: hashed });
    expect(differences).to.deep.equal([]);
    expect(compared).to.equal(1);
  });
});
