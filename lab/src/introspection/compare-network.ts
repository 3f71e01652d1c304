import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { savedRows, savedText } from './resting-processes.ts';
import { bytesOfWord, inet6Address, isBigEndian, networkNamespaces } from './saved-sockets.ts';
import { asSet, compareSubjects, type Fields, proveRisen } from './subjects.ts';

type Namespace = NonNullable<AnalyzerData['net']>['namespaces'][number];
type Device = Omit<Namespace['devices'][number], 'address' | 'flags'>;
type Route = Namespace['routes'][number];

/** What is compared of a namespace. */
export interface AnsweredNetwork {
  readonly inode: number | null;
  readonly devices: readonly Device[];
  readonly routes: readonly Pick<Route, 'table' | 'destination' | 'prefixLength' | 'nextHops'>[];
}

/** Compares network devices, their addresses and counters, and IPv4 routes with /proc/PID/net. */
export function compareNetwork(
  answer: { readonly namespaces: readonly AnsweredNetwork[] },
  proc: SavedProc,
): Comparison {
  const truth = new Map<string, Fields>();
  const answered = new Map<string, Fields>();
  const namespaces = networkNamespaces(proc);
  const isBig = isBigEndian(proc);
  // The one that /sys shows.
  const firstNamespace = [...namespaces].find(([, pid]) => pid === 1)?.[0];
  for (const [inode, pid] of namespaces) {
    const where = `of namespace ${inode}`;
    const folder = `/proc/${pid}/net`;
    const network = answer.namespaces.find((each) => each.inode === inode);
    const devices = network?.devices ?? [];
    for (const [name, fields] of savedDevices(savedText(proc, `${folder}/dev`) ?? '')) {
      const inet6 = savedRows(proc, `${folder}/if_inet6`).filter((row) => row[5] === name);
      truth.set(`device ${name} ${where}`, {
        ...fields,
        inet6: asSet(inet6.map(savedAddress)),
        ...(inode === firstNamespace ? savedAttributes(proc, name) : {}),
      });
    }
    for (const device of devices) {
      answered.set(`device ${device.name} ${where}`, answeredDevice(device));
    }
    truth.set(`IPv4 addresses ${where}`, {
      addresses: asSet(localAddresses(savedText(proc, `${folder}/fib_trie`) ?? '')),
    });
    const inet = devices.flatMap(({ addresses }) => addresses.filter(isInet));
    answered.set(`IPv4 addresses ${where}`, {
      addresses: asSet([...new Set(inet.map(({ address }) => address))]),
    });
    truth.set(`IPv4 routes ${where}`, {
      routes: asSet(
        savedRows(proc, `${folder}/route`)
          .slice(1)
          .map((row) => savedRoute(row, isBig)),
      ),
    });
    answered.set(`IPv4 routes ${where}`, {
      routes: asSet(
        (network?.routes ?? []).filter(isMain).flatMap((route) => shown(route, devices)),
      ),
    });
  }
  return compareSubjects(truth, answered, (_subject, saved, found) => proveTraffic(saved, found));
}

const counters = ['receivedBytes', 'receivedPackets', 'sentBytes', 'sentPackets'] as const;

/** The proof that packets came or went after /proc was saved. */
export function proveTraffic(
  truth: Fields | undefined,
  answer: Fields | undefined,
): string | undefined {
  return proveRisen(counters, truth, answer);
}

/** The counters of each device in /proc/net/dev. */
export function savedDevices(text: string): readonly (readonly [name: string, Fields])[] {
  return text.split('\n').flatMap((line) => {
    const match = /^ *(\S+): *(\d.*)$/.exec(line);
    const numbers = (match?.[2] ?? '').trim().split(/\s+/).map(Number);
    const [receivedBytes, receivedPackets] = numbers;
    const [sentBytes, sentPackets] = numbers.slice(8);
    return match === null
      ? []
      : [[match[1] ?? '', { receivedBytes, receivedPackets, sentBytes, sentPackets }] as const];
  });
}

/** What /sys/class/net has of a device. */
function savedAttributes(proc: SavedProc, name: string): Fields {
  const text = (file: string): string | undefined =>
    savedText(proc, `/sys/class/net/${name}/${file}`)?.trim();
  const number = (file: string): number | undefined =>
    text(file) === undefined ? undefined : Number(text(file));
  return {
    index: number('ifindex'),
    mtu: number('mtu'),
    hardwareAddress: text('address'),
    operationalState: text('operstate')?.replaceAll('-', ''),
  };
}

/** Source: Linux, net/ipv6/addrconf.c (if6_seq_show): address, index, prefix length, scope. */
function savedAddress([digits = '', , prefixLength = '']: readonly string[]): string {
  return `${inet6Address(digits)}/${Number.parseInt(prefixLength, 16)}`;
}

function answeredDevice(device: Device): Fields {
  const inet6 = device.addresses.filter(({ family }) => family === 'inet6');
  const { index, mtu, hardwareAddress, operationalState } = device;
  return {
    ...{ index, mtu, hardwareAddress },
    operationalState: operationalState?.replaceAll('-', ''),
    ...answeredTraffic(device),
    inet6: asSet(inet6.map(({ address, prefixLength }) => `${address}/${prefixLength}`)),
  };
}

/** The counters of a device. */
export function answeredTraffic({ received, sent }: Pick<Device, 'received' | 'sent'>): Fields {
  return {
    receivedBytes: received?.bytes,
    receivedPackets: received?.packets,
    sentBytes: sent?.bytes,
    sentPackets: sent?.packets,
  };
}

function isInet({ family }: Device['addresses'][number]): boolean {
  return family === 'inet';
}

/** The hosts that the kernel takes for itself: one for each address. */
function localAddresses(fibTrie: string): readonly string[] {
  return [
    ...new Set(
      [...fibTrie.matchAll(/\|-- ([\d.]+)\n *\/32 host LOCAL/g)].map(([, address = '']) => address),
    ),
  ];
}

/**
 * Words are as the machine's memory has them. Source: Linux, net/ipv4/fib_trie.c
 * (fib_route_seq_show).
 */
function savedRoute(row: readonly string[], isBig: boolean): string {
  const [device = '', destination = '', gateway = '', , , , , mask = ''] = row;
  const bits = [...Buffer.from(mask, 'hex')].reduce((sum, byte) => sum + ones(byte), 0);
  return showRoute(
    dotted(destination, isBig),
    bits,
    device,
    gateway === '00000000' ? null : dotted(gateway, isBig),
  );
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}

function dotted(word: string, isBig: boolean): string {
  return bytesOfWord(word, isBig).join('.');
}

function isMain({ table }: { readonly table: number }): boolean {
  return table === 254; // RT_TABLE_MAIN
}

function shown(
  { destination, prefixLength, nextHops }: AnsweredNetwork['routes'][number],
  devices: readonly Device[],
): readonly string[] {
  return (nextHops ?? []).map(({ gateway, device }) =>
    showRoute(
      destination,
      prefixLength,
      devices.find(({ index }) => index === device)?.name ?? '',
      gateway,
    ),
  );
}

function showRoute(
  destination: string,
  prefixLength: number,
  device: string,
  gateway: string | null,
): string {
  return `${destination}/${prefixLength}-${device}-${gateway ?? 'direct'}`;
}
