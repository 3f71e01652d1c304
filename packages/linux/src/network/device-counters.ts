import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perCpuParts } from '../containers/per-cpu.ts';
import { perKernel } from '../per-kernel.ts';
import { optional, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** What a device received or sent. */
export interface TrafficCounters {
  readonly bytes: bigint;
  readonly packets: bigint;
}

export interface DeviceCounters {
  readonly received: TrafficCounters;
  readonly sent: TrafficCounters;
}

/** How a device's numbers come together. */
type Source =
  /** Those of the structure. */
  | 'plain'
  /** What each CPU sent is what it received. Source: Linux, drivers/net/loopback.c. */
  | 'loopback'
  /** Only what each CPU sent is counted. Source: Linux, drivers/net/dummy.c. */
  | 'dummy'
  /** Those of the structure, and of each CPU. Source: net/core/dev.c (dev_get_tstats64). */
  | 'tunnel';

/** By the function that sums them up. */
const sources: ReadonlyMap<string, Source> = new Map([
  ['loopback_get_stats64', 'loopback'],
  ['dummy_get_stats64', 'dummy'],
  ['dev_get_tstats64', 'tunnel'],
]);
/** Without one, by `pcpu_stat_type` (Linux 6.9). Source: enum netdev_stat_type. */
const sourceOfKind: Readonly<Record<number, Source>> = { 0: 'plain', 2: 'tunnel' };

const readersOf = perKernel((kernel: Kernel) => ({
  device: knownReader(kernel, 'net_device', {
    operations: pointer('netdev_ops'),
    perCpu: optional(pointer('lstats', 'tstats')),
    perCpuKind: optional(wide('pcpu_stat_type')),
    receivedBytes: wide('stats.rx_bytes'),
    receivedPackets: wide('stats.rx_packets'),
    sentBytes: wide('stats.tx_bytes'),
    sentPackets: wide('stats.tx_packets'),
  }),
  operations: knownReader(kernel, 'net_device_ops', {
    sum: pointer('ndo_get_stats64'),
    sumOfOld: optional(pointer('ndo_get_stats')),
  }),
  loopback: knownReader(kernel, 'pcpu_lstats', {
    sentBytes: wide('bytes'),
    sentPackets: wide('packets'),
  }),
  tunnel: knownReader(kernel, 'pcpu_sw_netstats', {
    receivedBytes: wide('rx_bytes'),
    receivedPackets: wide('rx_packets'),
    sentBytes: wide('tx_bytes'),
    sentPackets: wide('tx_packets'),
  }),
}));

/**
 * What a device received and sent. Null where a function of its driver sums up what only the driver
 * knows, or where the part of a CPU cannot be read.
 */
export function countersOf(kernel: Kernel, address: VirtualAddress): DeviceCounters | null {
  const readers = readersOf(kernel);
  const device = readers.device?.tryRead(address);
  if (device === undefined) {
    return null;
  }
  const source = sourceOf(kernel, device.operations, Number(device.perCpuKind ?? 0n));
  if (source === undefined) {
    return null;
  }
  if (source === 'plain') {
    return countersFrom(device);
  }
  const reader = source === 'tunnel' ? readers.tunnel : readers.loopback;
  const perCpu = device.perCpu ?? 0n;
  const parts =
    perCpu === 0n ? undefined : perCpuParts(kernel, perCpu, (copy) => reader?.tryRead(copy));
  if (parts === undefined) {
    return null;
  }
  const counters = parts.map(countersFrom);
  if (source === 'tunnel') {
    return sumOf([countersFrom(device), ...counters]);
  }
  const { sent, received } = sumOf(counters);
  return { received: source === 'loopback' ? sent : received, sent };
}

/** Undefined where the driver counts. */
function sourceOf(
  kernel: Kernel,
  operations: VirtualAddress,
  perCpuKind: number,
): Source | undefined {
  const functions = readersOf(kernel).operations?.tryRead(operations);
  if (functions === undefined) {
    return undefined;
  }
  const { sum, sumOfOld } = functions;
  if (sum !== 0n) {
    const symbol = kernel.symbols.at(sum);
    return symbol?.address === sum ? sources.get(symbol.name) : undefined;
  }
  return sumOfOld === null || sumOfOld === 0n ? sourceOfKind[perCpuKind] : undefined;
}

/** The numbers of one structure; what is not there is zero. */
interface Numbers {
  readonly receivedBytes?: bigint;
  readonly receivedPackets?: bigint;
  readonly sentBytes: bigint;
  readonly sentPackets: bigint;
}

function countersFrom(numbers: Numbers): DeviceCounters {
  const { receivedBytes = 0n, receivedPackets = 0n, sentBytes, sentPackets } = numbers;
  return {
    received: { bytes: receivedBytes, packets: receivedPackets },
    sent: { bytes: sentBytes, packets: sentPackets },
  };
}

function sumOf(all: readonly DeviceCounters[]): DeviceCounters {
  const sum = (way: keyof DeviceCounters, what: keyof TrafficCounters) =>
    all.reduce((total, counters) => BigInt.asUintN(64, total + counters[way][what]), 0n);
  return {
    received: { bytes: sum('received', 'bytes'), packets: sum('received', 'packets') },
    sent: { bytes: sum('sent', 'bytes'), packets: sum('sent', 'packets') },
  };
}
