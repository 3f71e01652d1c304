import { SocketAddress } from 'node:net';
import type { SavedProc } from '../truth/saved-proc.ts';
import { savedRows, savedText } from './resting-processes.ts';
import type { Fields } from './subjects.ts';

/** A row of a table of /proc/net. */
export interface SavedSocket {
  readonly kind: 'tcp' | 'udp' | 'raw' | 'unix' | 'netlink' | 'packet';
  /** Hexadecimal with 0x; undefined where the kernel showed a hash in its place. */
  readonly address: string | undefined;
  /** 0: no program holds it. */
  readonly inode: number;
  readonly fields: Fields;
  /** Of a TIME-WAIT: for how much longer the kernel keeps it. */
  readonly endsInSeconds?: number | undefined;
}

/** Of each network namespace, by its number, a process whose /proc/PID/net was saved. */
export function networkNamespaces(proc: SavedProc): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const path of Object.keys(proc.files)) {
    const pid = /^\/proc\/(\d+)\/net\/dev$/.exec(path)?.[1];
    const number = /\d+/.exec(proc.links[`/proc/${pid}/ns/net`] ?? '')?.[0];
    if (pid !== undefined && number !== undefined) {
      found.set(Number(number), Number(pid));
    }
  }
  return found;
}

/** The sockets that /proc/PID/net shows. */
export function readSockets(proc: SavedProc, pid: number): readonly SavedSocket[] {
  const folder = `/proc/${pid}/net`;
  const isBig = isBigEndian(proc);
  const internet = (kind: 'tcp' | 'udp' | 'raw', file: string): readonly SavedSocket[] =>
    savedRows(proc, `${folder}/${file}`)
      .slice(1)
      .map((row) => internetSocket(kind, row, isBig));
  return [
    ...['tcp', 'tcp6'].flatMap((file) => internet('tcp', file)),
    ...['udp', 'udp6'].flatMap((file) => internet('udp', file)),
    ...['raw', 'raw6'].flatMap((file) => internet('raw', file)),
    ...unixSockets(savedText(proc, `${folder}/unix`) ?? ''),
    ...savedRows(proc, `${folder}/netlink`).slice(1).map(netlinkSocket),
    ...savedRows(proc, `${folder}/packet`).slice(1).map(packetSocket),
  ];
}

/** Source: Linux, include/net/tcp_states.h. */
const states = [
  ...['', 'established', 'syn-sent', 'syn-recv', 'fin-wait-1', 'fin-wait-2', 'time-wait'],
  ...['close', 'close-wait', 'last-ack', 'listen', 'closing', 'new-syn-recv'],
];

/** Source: Linux, net/ipv4/tcp_ipv4.c (get_tcp4_sock), udp.c and raw.c. */
function internetSocket(
  kind: 'tcp' | 'udp' | 'raw',
  row: readonly string[],
  isBig: boolean,
): SavedSocket {
  const [, local, remote, state, queues, timer = '', , uid, , inode, , address] = row;
  const [sendQueue, receiveQueue] = (queues ?? '')
    .split(':')
    .map((part) => Number.parseInt(part, 16));
  const inodeNumber = Number(inode);
  const [timerKind, ticks = ''] = timer.split(':');
  return {
    kind,
    address: fullAddress(address),
    inode: inodeNumber,
    // In hundredths of a second.
    endsInSeconds: timerKind === '03' ? Number.parseInt(ticks, 16) / 100 : undefined,
    fields: {
      local: end(local, isBig),
      remote: end(remote, isBig),
      state: states[Number.parseInt(state ?? '', 16)],
      sendQueue,
      receiveQueue,
      // What has no inode has no owner either, and the kernel shows 0.
      uid: inodeNumber === 0 ? undefined : Number(uid),
    },
  };
}

/** An address and a port. */
function end(text: string | undefined, isBig: boolean): string {
  const [digits = '', port = ''] = (text ?? '').split(':');
  const bytes = [...digits.matchAll(/.{8}/g)].flatMap(([word]) => bytesOfWord(word, isBig));
  const address =
    bytes.length === 4 ? bytes.join('.') : inet6Address(Buffer.from(bytes).toString('hex'));
  return `${address} ${Number.parseInt(port, 16)}`;
}

/** The bytes, in their order, of a word of 32 bits as a machine prints it. */
export function bytesOfWord(digits: string, isBig: boolean): readonly number[] {
  const bytes = Buffer.from(digits, 'hex');
  return [...(isBig ? bytes : bytes.toReversed())];
}

/** Whether the guest is a big-endian machine: s390x is the only one of the laboratory. */
export function isBigEndian(proc: SavedProc): boolean {
  return savedText(proc, '/proc/cpuinfo')?.includes('IBM/S390') === true;
}

/** The short form of an IPv6 address, from its 32 digits. */
export function inet6Address(digits: string): string {
  const address = digits.replace(/(.{4})(?=.)/g, '$1:');
  return new SocketAddress({ address, family: 'ipv6' }).address;
}

/** Source: Linux, net/unix/af_unix.c (unix_seq_show). */
function unixSockets(text: string): readonly SavedSocket[] {
  const types = new Map([
    ['0001', 'stream'],
    ['0002', 'datagram'],
    ['0005', 'seqpacket'],
  ]);
  return text.split('\n').flatMap((line) => {
    const match = /^(\w+): \w+ \w+ (\w{8}) (\w{4}) (\w\w) +(\d+)(?: (.*))?$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, address, flags, type, , inode, path] = match;
    const isListening = (Number.parseInt(flags ?? '', 16) & 0x10000) !== 0; // __SO_ACCEPTCON
    return [
      {
        kind: 'unix' as const,
        address: fullAddress(address),
        inode: Number(inode),
        fields: { type: types.get(type ?? ''), isListening, local: path ?? '' },
      },
    ];
  });
}

/** Source: Linux, net/netlink/af_netlink.c (netlink_seq_show). */
function netlinkSocket(row: readonly string[]): SavedSocket {
  const [address, , port, , receiveQueue, sendQueue, , , , inode] = row;
  return {
    kind: 'netlink',
    address: fullAddress(address),
    inode: Number(inode),
    fields: {
      local: Number(port),
      receiveQueue: Number(receiveQueue),
      sendQueue: Number(sendQueue),
    },
  };
}

/** Source: Linux, net/packet/af_packet.c (packet_seq_show). */
function packetSocket(row: readonly string[]): SavedSocket {
  const [address, , type, protocol, device, , receiveQueue, uid, inode] = row;
  return {
    kind: 'packet',
    address: fullAddress(address),
    inode: Number(inode),
    fields: {
      type: type === '3' ? 'raw' : 'datagram',
      protocol: `0x${protocol}`,
      device: Number(device),
      receiveQueue: Number(receiveQueue),
      uid: Number(uid),
    },
  };
}

/** A hash has no more than 32 bits; Linux, lib/vsprintf.c. */
function fullAddress(text: string | undefined): string | undefined {
  return /^ffff[0-9a-f]{12}$/.test(text ?? '') ? `0x${text}` : undefined;
}
