import { x8664 } from '@vmcorekit/architectures';
import { type ByteOrder, type Kernel, resultOf } from '@vmcorekit/core';
import {
  btfTypes,
  type Network,
  readNetwork,
  type SocketKind,
  socketKinds,
} from '@vmcorekit/linux';
import { cBtf, memoryDump, symbolList, testKernel } from '@vmcorekit/testing';
import { Heap } from '../containers/heap.ts';

/** Structures with the members that are read, in the words of C. */
const structs: Readonly<Record<string, readonly string[]>> = {
  list_head: ['void *next', 'void *prev'],
  hlist_head: ['void *first'],
  hlist_node: ['void *next', 'void *pprev'],
  hlist_nulls_head: ['void *first'],
  rhash_head: ['void *next'],
  rhash_lock_head: ['u64 unused'],
  rhashtable: ['void *tbl', 'u32 rhlist'],
  bucket_table: ['u32 size', 'u32 nest', 'void *future_tbl', 'void *buckets[0]'],
  possible_net_t: ['void *net'],
  in6_addr: ['u8 bytes[16]'],
  ns_common: ['u32 inum'],
  death_row: ['void *hashinfo'],
  netns_ipv4: [
    'struct death_row tcp_death_row',
    'void *udp_table',
    'void *fib_main',
    'void *fib_table_hash',
  ],
  unix_table: ['void *buckets'],
  netns_unix: ['struct unix_table table'],
  netns_packet: ['struct hlist_head sklist'],
  net: [
    'struct list_head list',
    'struct ns_common ns',
    'struct list_head dev_base_head',
    'struct netns_ipv4 ipv4',
    'struct netns_unix unx',
    'struct netns_packet packet',
  ],
  inet_ehash_bucket: ['struct hlist_nulls_head chain'],
  inet_listen_hashbucket: ['u32 lock', 'struct hlist_nulls_head nulls_head'],
  inet_hashinfo: ['void *ehash', 'u32 ehash_mask', 'u32 lhash2_mask', 'void *lhash2'],
  udp_hslot: ['struct hlist_head head', 'u32 count', 'u32 lock'],
  udp_table: ['void *hash', 'u32 mask'],
  raw_hashinfo: ['u32 lock', 'struct hlist_head ht[256]'],
  sock_common: [
    'u32 skc_daddr',
    'u32 skc_rcv_saddr',
    'u16 skc_dport',
    'u16 skc_num',
    'u16 skc_family',
    'u8 skc_state',
    'u32 skc_bound_dev_if',
    'struct possible_net_t skc_net',
    'struct in6_addr skc_v6_daddr',
    'struct in6_addr skc_v6_rcv_saddr',
    'u64 skc_cookie',
    'struct hlist_node skc_node',
    'struct hlist_node skc_nulls_node',
  ],
  backlog: ['u32 rmem_alloc'],
  sock: [
    'struct sock_common __sk_common',
    'struct backlog sk_backlog',
    'u32 sk_wmem_alloc',
    'u16 sk_type',
    'u16 sk_protocol',
    'u32 sk_ack_backlog',
    'u32 sk_uid',
    'void *sk_socket',
  ],
  tcp_sock: ['struct sock sk', 'u32 rcv_nxt', 'u32 copied_seq', 'u32 write_seq', 'u32 snd_una'],
  udp_sock: ['struct sock sk', 'u32 forward_deficit'],
  unix_address: ['u32 refcnt', 'u32 len', 'u8 name[110]'],
  unix_sock: ['struct sock sk', 'void *addr', 'void *peer'],
  netlink_sock: ['struct sock sk', 'u32 portid', 'u32 dst_portid', 'struct rhash_head node'],
  netlink_table: ['struct rhashtable hash', 'u32 registered'],
  packet_sock: ['struct sock sk', 'u32 ifindex', 'u16 num'],
  socket: ['u32 state', 'void *file', 'void *sk'],
  inode: ['u64 i_ino'],
  socket_alloc: ['struct socket socket', 'struct inode vfs_inode'],
  net_device_stats: ['u64 rx_bytes', 'u64 rx_packets', 'u64 tx_bytes', 'u64 tx_packets'],
  net_device_ops: ['void *ndo_get_stats64'],
  net_device: [
    'char name[16]',
    'struct list_head dev_list',
    'u32 ifindex',
    'u32 flags',
    'u64 state',
    'u8 operstate',
    'u32 mtu',
    'void *dev_addr',
    'u8 addr_len',
    'void *ip_ptr',
    'void *ip6_ptr',
    'struct net_device_stats stats',
    'void *netdev_ops',
    'void *lstats',
    'struct possible_net_t nd_net',
  ],
  fib_table: ['struct hlist_node tb_hlist', 'void *tb_data'],
  key_vector: ['u32 key', 'u8 pos', 'u8 bits', 'void *tnode[0]'],
  fib_alias: [
    'struct hlist_node fa_list',
    'void *fa_info',
    'u8 fa_type',
    'u8 fa_slen',
    'u32 tb_id',
  ],
  nhc_gw: ['u32 ipv4'],
  fib_nh_common: ['u32 nhc_oif', 'u8 nhc_gw_family', 'struct nhc_gw nhc_gw'],
  fib_nh: ['struct fib_nh_common nh_common'],
  fib_info: [
    'u32 fib_priority',
    'u32 fib_prefsrc',
    'u32 fib_nhs',
    'void *nh',
    'struct fib_nh fib_nh[0]',
  ],
  neigh_table: ['void *nht'],
  neigh_hash_table: ['void *hash_heads', 'u32 hash_shift'],
  neighbour: [
    'struct hlist_node hash',
    'void *tbl',
    'u8 nud_state',
    'u8 ha[32]',
    'void *dev',
    'u8 primary_key[16]',
  ],
  pcpu_lstats: ['u64 packets', 'u64 bytes'],
  pcpu_sw_netstats: ['u64 rx_packets', 'u64 rx_bytes', 'u64 tx_packets', 'u64 tx_bytes'],
  in_device: ['void *ifa_list'],
  in_ifaddr: [
    'void *ifa_next',
    'u32 ifa_local',
    'u32 ifa_address',
    'u32 ifa_broadcast',
    'u8 ifa_prefixlen',
    'u8 ifa_scope',
    'char ifa_label[16]',
  ],
  inet6_dev: ['struct list_head addr_list'],
  inet6_ifaddr: [
    'struct in6_addr addr',
    'u32 prefix_len',
    'u16 scope',
    'struct list_head if_list',
    'struct in6_addr peer_addr',
  ],
};

export type Members = Readonly<Record<string, number | bigint | Uint8Array | string>>;

const bucketCount = 16;

type Variable =
  | 'net_namespace_list'
  | 'tcp_hashinfo'
  | 'udp_table'
  | 'raw_v4_hashinfo'
  | 'nl_table'
  | 'arp_tbl'
  | 'nd_tbl';

/** A kernel with the tables of its network, which a test fills. */
export class NetKernel {
  readonly heap: Heap;
  readonly list: bigint;
  readonly established: bigint;
  readonly listening: bigint;
  readonly udp: bigint;
  readonly raw: bigint;
  readonly netlink: bigint;
  /** A test may take some away. */
  readonly symbols: { [Name in Variable]?: bigint };
  readonly #byteOrder: ByteOrder;
  readonly #hashInfo: bigint;
  readonly #udpTable: bigint;

  /** The types have no structure that `without` names, and those of `replaced` in their form. */
  constructor(
    byteOrder: ByteOrder = 'little',
    without: readonly string[] = [],
    replaced: typeof structs = {},
  ) {
    const known = Object.fromEntries(
      Object.entries({ ...structs, ...replaced }).filter(([name]) => !without.includes(name)),
    );
    const types = btfTypes(cBtf(known), { wordSizeInBits: 64 });
    this.#byteOrder = byteOrder;
    const heap = new Heap({ byteOrder, types });
    this.heap = heap;
    this.list = heap.take(16);
    heap.put(this.list, this.list, this.list);
    // A page that a test can leave out.
    this.established = heap.take(4096, 4096);
    this.listening = heap.take(bucketCount * 16);
    for (let index = 0; index < bucketCount; index++) {
      heap.put(this.established + BigInt(index * 8), nullsOf(BigInt(index)));
      heap.put(this.listening + BigInt(index * 16 + 8), nullsOf(listeningFrom + BigInt(index)));
    }
    this.#hashInfo = this.make('inet_hashinfo', {
      ehash: this.established,
      ehash_mask: bucketCount - 1,
      lhash2: this.listening,
      lhash2_mask: bucketCount - 1,
    });
    this.udp = heap.take(bucketCount * 16);
    this.#udpTable = this.make('udp_table', { hash: this.udp, mask: bucketCount - 1 });
    this.raw = this.make('raw_hashinfo', {});
    const families = heap.take(32 * this.size('netlink_table'));
    this.netlink = heap.take(8);
    heap.put(this.netlink, families);
    this.symbols = {
      net_namespace_list: this.list,
      tcp_hashinfo: this.#hashInfo,
      udp_table: this.#udpTable,
      raw_v4_hashinfo: this.raw,
      nl_table: this.netlink,
    };
  }

  /** A zeroed structure with these members set. */
  make(struct: string, members: Members): bigint {
    const address = this.heap.take(this.size(struct) || 8);
    this.set(struct, address, members);
    return address;
  }

  set(struct: string, address: bigint, members: Members): void {
    for (const [path, value] of Object.entries(members)) {
      const member = this.heap.kernel.types.struct(struct)?.member(path);
      if (member === undefined) {
        continue;
      }
      const at = address + BigInt(member.offsetInBytes);
      if (value instanceof Uint8Array || typeof value === 'string') {
        this.heap.bytes(at, typeof value === 'string' ? new TextEncoder().encode(value) : value);
      } else {
        this.heap.bytes(at, this.#bytes(BigInt(value), member.sizeInBytes ?? 8));
      }
    }
  }

  size(struct: string): number {
    return this.heap.kernel.types.struct(struct)?.sizeInBytes ?? 0;
  }

  offset(struct: string, member: string): bigint {
    return BigInt(this.heap.kernel.types.struct(struct)?.member(member)?.offsetInBytes ?? 0);
  }

  /** A namespace at the end of the list. */
  namespace(inode: number = 4026531840): bigint {
    const net = this.make('net', { 'ns.inum': inode });
    this.append(this.list, net + this.offset('net', 'list'));
    const devices = net + this.offset('net', 'dev_base_head');
    this.heap.put(devices, devices, devices);
    this.set('net', net, { 'unx.table.buckets': this.heap.take(512 * 8) });
    return net;
  }

  device(net: bigint, name: string, members: Members = {}): bigint {
    const device = this.make('net_device', {
      name,
      'nd_net.net': net,
      netdev_ops: this.make('net_device_ops', {}),
      ...members,
    });
    const head = net + this.offset('net', 'dev_base_head');
    this.append(head, device + this.offset('net_device', 'dev_list'));
    return device;
  }

  /** A socket in no table. `members` are of `sock_common` (`skc_…`) or of the structure. */
  sock(struct: string, net: bigint, members: Members): bigint {
    const address = this.make(struct, {});
    const common = { skc_family: 2, skc_state: 1, 'skc_net.net': net, ...members };
    this.set('sock_common', address, common);
    this.set('sock', address, { sk_wmem_alloc: 1, ...members });
    this.set(struct, address, members);
    return address;
  }

  /** A `struct socket` whose inode has this number, for `sk_socket`. */
  socket(inode: number): bigint {
    return this.make('socket_alloc', { 'vfs_inode.i_ino': inode });
  }

  /** Puts a socket at the front of a chain that ends with a number. */
  hashNulls(head: bigint, socket: bigint): void {
    this.#push(head, socket + this.offset('sock_common', 'skc_nulls_node'), (to) => to % 2n === 1n);
  }

  /** The same for a chain that ends with null. */
  hash(head: bigint, socket: bigint): void {
    this.#push(head, socket + this.offset('sock_common', 'skc_node'), (to) => to === 0n);
  }

  #push(head: bigint, node: bigint, isEnd: (to: bigint) => boolean): void {
    const first = this.heap.word(head);
    this.heap.put(node, first, head);
    this.heap.put(head, node);
    if (!isEnd(first)) {
      this.heap.put(first + 8n, node);
    }
  }

  establishedHead(index: number): bigint {
    return this.established + BigInt(index * 8);
  }

  listeningHead(index: number): bigint {
    return this.listening + BigInt(index * 16 + 8);
  }

  append(head: bigint, node: bigint): void {
    const last = this.heap.word(head + 8n);
    this.heap.put(node, head, last);
    this.heap.put(last, node);
    this.heap.put(head + 8n, node);
  }

  /** Hangs a netlink socket into a table of one bucket. */
  netlinkFamily(family: number, socket: bigint): void {
    const node = socket + this.offset('netlink_sock', 'node');
    const buckets = this.make('bucket_table', { size: 1 });
    const bucket = buckets + this.offset('bucket_table', 'buckets');
    this.heap.take(8);
    this.heap.put(bucket, node);
    this.heap.put(node, bucket | 1n);
    const table = this.heap.word(this.netlink) + BigInt(family * this.size('netlink_table'));
    this.set('netlink_table', table, { registered: 1, 'hash.tbl': buckets });
  }

  kernel(): Kernel {
    return testKernel({
      dump: memoryDump({ memory: this.heap.memory, architecture: x8664 }),
      memory: this.heap.kernel.memory,
      types: this.heap.kernel.types,
      symbols: symbolList(this.symbols),
    });
  }

  /** Everything that `readNetwork` finds. */
  read(kinds: readonly SocketKind[] = socketKinds): Network {
    const network = resultOf(
      readNetwork(this.kernel(), { devices: true, sockets: new Set(kinds) }),
    );
    if (typeof network === 'string') {
      throw new Error(network);
    }
    return network;
  }

  #bytes(value: bigint, size: number): Uint8Array {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    const low = bytes.subarray(0, size);
    return this.#byteOrder === 'little' ? low : low.toReversed();
  }
}

const listeningFrom = 1n << 29n;

function nullsOf(value: bigint): bigint {
  return (value << 1n) | 1n;
}

/** What the kernel of this byte order reads from bytes on the wire. */
export function fromWire(bytes: readonly number[], byteOrder: ByteOrder): number {
  const ordered = byteOrder === 'little' ? bytes.toReversed() : bytes;
  return ordered.reduce((value, byte) => value * 256 + byte, 0);
}
