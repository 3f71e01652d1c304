import { type Kernel, type Progress, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { hlistNodes } from '../containers/hlist.ts';
import { llistNodes } from '../containers/llist.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { hardwareAt } from './address-at.ts';
import { ipv6Text } from './address-text.ts';
import { bucketHeads } from './bucket-heads.ts';

/** A neighbour on the link, of ARP or of IPv6's neighbour discovery. */
export interface Neighbour {
  /** Of its `struct neighbour`. */
  readonly address: VirtualAddress;
  readonly family: 'inet' | 'inet6';
  /** Its IP address. */
  readonly ip: string;
  /** Null where it is not known. */
  readonly hardwareAddress: string | null;
  /** `reachable`, `stale` and so on, as `ip neighbour` shows them; `none` for none. */
  readonly state: string;
  /** The index of the device that leads to it. */
  readonly device: number;
  /** Of the `struct net` of that device. */
  readonly namespace: VirtualAddress;
}

/** By bit. Source: Linux, include/uapi/linux/neighbour.h. */
const states: readonly string[] = [
  'incomplete',
  'reachable',
  'stale',
  'delay',
  'probe',
  'failed',
  'no-arp',
  'permanent',
];
/** Those in which the hardware address is known: NUD_VALID. */
const validStates = 0b1101_1110;
const tables = [
  { symbol: 'arp_tbl', family: 'inet', keyLength: 4 },
  { symbol: 'nd_tbl', family: 'inet6', keyLength: 16 },
] as const;
/** The table grows as the neighbours do; the limit is set by a system's gc_thresh3. */
const maxShift = 24;
const maxNeighbours = 2 ** 20;
const neighboursPerStep = 256;

const readersOf = perKernel((kernel: Kernel) => ({
  table: knownReader(kernel, 'neigh_table', { hash: pointer('nht') }),
  hash: knownReader(kernel, 'neigh_hash_table', {
    /** Since Linux 6.13. */
    heads: optional(pointer('hash_heads')),
    /** Before, a chain had no pointers back. */
    buckets: optional(pointer('hash_buckets')),
    shift: number('hash_shift'),
  }),
  neighbour: knownReader(kernel, 'neighbour', {
    state: number('nud_state'),
    hardware: place('ha'),
    device: pointer('dev'),
    table: pointer('tbl'),
    key: place('primary_key'),
  }),
  device: knownReader(kernel, 'net_device', {
    index: number('ifindex'),
    hardwareLength: number('addr_len'),
    namespace: pointer('nd_net.net', 'nd_net'),
  }),
}));

/** The neighbours in all namespaces. */
export function* readNeighbours(
  kernel: Kernel,
  notes: WalkNotes,
): Generator<Progress, Neighbour[], void> {
  const found: Neighbour[] = [];
  const seen = new Set<VirtualAddress>();
  const readers = readersOf(kernel);
  for (const { symbol, family, keyLength } of tables) {
    const at = kernel.symbols.find(symbol)?.address;
    const hashAt = at === undefined ? undefined : readers.table?.tryRead(at)?.hash;
    const hash = hashAt === undefined ? undefined : readers.hash?.tryRead(hashAt);
    if (at === undefined || hash === undefined || hash.shift > maxShift) {
      const because = 'the table of neighbours cannot be read, or its type is unknown';
      notes.add({ container: symbol, at: at ?? 0n, because });
      continue;
    }
    const buckets = {
      name: symbol,
      address: hash.heads ?? hash.buckets ?? 0n,
      count: 2 ** hash.shift,
      strideInBytes: kernel.memory.wordSizeInBits / 8,
      headAt: 0,
    };
    const nodesOf = hash.heads === null ? llistNodes : hlistNodes;
    for (const head of bucketHeads(kernel, buckets, notes)) {
      if (head === undefined) {
        yield { kind: 'progress', doing: 'reading neighbours', fraction: null };
        continue;
      }
      const name = `${symbol}, bucket ${head.index}`;
      // The pointers to the next one lie at the start of a neighbour, in both forms.
      for (const node of nodesOf(kernel, head.address, notes, { name })) {
        if (seen.has(node) || seen.size === maxNeighbours) {
          const because = 'the chain leads into another one, or there are too many neighbours';
          notes.add({ container: name, at: node, because });
          break;
        }
        seen.add(node);
        const neighbour = neighbourAt(kernel, node, at, family, keyLength);
        if (seen.size % neighboursPerStep === 0) {
          yield { kind: 'progress', doing: 'reading neighbours', fraction: null };
        }
        if (neighbour === undefined) {
          notes.add({
            container: name,
            at: node,
            because: 'what lies here is no neighbour of this table',
          });
        } else {
          found.push(neighbour);
        }
      }
    }
  }
  return found;
}

function neighbourAt(
  kernel: Kernel,
  address: VirtualAddress,
  table: VirtualAddress,
  family: 'inet' | 'inet6',
  keyLength: number,
): Neighbour | undefined {
  const readers = readersOf(kernel);
  const values = readers.neighbour?.tryRead(address);
  const key =
    values === undefined ? undefined : tryRead(() => kernel.memory.read(values.key, keyLength));
  const device = values === undefined ? undefined : readers.device?.tryRead(values.device);
  // A neighbour names its table; a chain without pointers back has no other proof.
  if (values?.table !== table || key === undefined || device === undefined) {
    return undefined;
  }
  const { state } = values;
  return {
    address,
    family,
    ip: family === 'inet' ? key.join('.') : ipv6Text(key),
    hardwareAddress:
      (state & validStates) === 0
        ? null
        : hardwareAt(kernel, values.hardware, device.hardwareLength),
    state: states.filter((_, bit) => (state & (1 << bit)) !== 0).join(', ') || 'none',
    device: device.index,
    namespace: device.namespace,
  };
}
