import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, pointer, text, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { hardwareAt } from './address-at.ts';
import { type AddressLimits, type DeviceAddress, deviceAddresses } from './device-addresses.ts';
import { countersOf, type DeviceCounters } from './device-counters.ts';

/** A network device. Null means "not proved". */
export interface NetworkDevice {
  /** Of its `struct net_device`. */
  readonly address: VirtualAddress;
  readonly name: string;
  readonly index: number;
  /** `up`, `broadcast`, `loopback` and so on, as `ip link` shows them. */
  readonly flags: readonly string[];
  /** `up`, `down`, `unknown` and so on, as `ip link` shows it: RFC 2863. */
  readonly operationalState: string | null;
  readonly mtu: number;
  /** Null where it has none. */
  readonly hardwareAddress: string | null;
  readonly addresses: readonly DeviceAddress[];
  /** Null where only its driver knows them. */
  readonly counters: DeviceCounters | null;
}

/** By bit. Source: Linux, include/uapi/linux/if.h (enum net_device_flags). */
const flagNames: readonly string[] = [
  'up',
  'broadcast',
  'debug',
  'loopback',
  'point-to-point',
  'no-trailers',
  'running',
  'no-arp',
  'promiscuous',
  'all-multicast',
  'master',
  'slave',
  'multicast',
  'port-select',
  'auto-media',
  'dynamic',
  'lower-up',
  'dormant',
  'echo',
];
/** Source: Linux, include/uapi/linux/if.h (IF_OPER_UNKNOWN and on). */
const operationalStates: readonly string[] = [
  'unknown',
  'not-present',
  'down',
  'lower-layer-down',
  'testing',
  'dormant',
  'up',
];
/** Of `net_device.state`. Source: Linux, include/linux/netdevice.h (enum netdev_state_t). */
const isStarted = 1n << 0n;
const hasNoCarrier = 1n << 2n;
const isDormant = 1n << 4n;
const maxDevices = 2 ** 20;
const devicesPerStep = 64;

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'net_device', {
    name: text('name'),
    index: number('ifindex'),
    flags: number('flags'),
    state: wide('state'),
    operationalState: number('operstate'),
    mtu: number('mtu'),
    hardware: pointer('dev_addr'),
    hardwareLength: number('addr_len'),
    inDevice: pointer('ip_ptr'),
    inDeviceV6: pointer('ip6_ptr'),
  }),
);

/** The devices of a network namespace: `head` is the address of its `dev_base_head`. */
export function* readDevices(
  kernel: Kernel,
  head: VirtualAddress,
  limits: AddressLimits,
  notes: WalkNotes,
): Generator<Progress, NetworkDevice[], void> {
  const reader = readerOf(kernel);
  const name = 'the devices of the namespace';
  if (reader === undefined) {
    notes.add({ container: name, at: head, because: withoutTypes(kernel, 'struct net_device') });
    return [];
  }
  const devices: NetworkDevice[] = [];
  for (const node of listNodes(kernel, head, notes, { name, limit: maxDevices })) {
    const address = containerOf(kernel, 'net_device', 'dev_list', node);
    const values = reader.tryRead(address);
    if (values === undefined) {
      notes.add({ container: name, at: address, because: 'a device cannot be read' });
      continue;
    }
    const { hardware, hardwareLength } = values;
    devices.push({
      address,
      name: values.name,
      index: values.index,
      ...stateOf(values),
      mtu: values.mtu,
      hardwareAddress: hardwareAt(kernel, hardware, hardwareLength),
      addresses: [...deviceAddresses(kernel, values, limits, notes)],
      counters: countersOf(kernel, address),
    });
    if (devices.length % devicesPerStep === 0) {
      yield { kind: 'progress', doing: `reading devices: ${devices.length}`, fraction: null };
    }
  }
  return devices;
}

/**
 * A device that is down keeps the state that it had before; the kernel shows `down` in its place,
 * and makes three of the flags from `state` whenever it is asked. Source: Linux,
 * net/core/rtnetlink.c (rtnl_fill_ifinfo) and net/core/dev.c (dev_get_flags), the same in 5.4 to 7.
 */
function stateOf({
  flags,
  state,
  operationalState,
}: {
  readonly flags: number;
  readonly state: bigint;
  readonly operationalState: number;
}): Pick<NetworkDevice, 'flags' | 'operationalState'> {
  const has = (bit: bigint): boolean => (state & bit) !== 0n;
  const name = operationalStates[has(isStarted) ? operationalState : 2] ?? null;
  const made = new Map([
    ['running', has(isStarted) && (name === 'up' || name === 'unknown')],
    ['lower-up', has(isStarted) && !has(hasNoCarrier)],
    ['dormant', has(isStarted) && has(isDormant)],
  ]);
  return {
    flags: flagNames.filter((flag, bit) => made.get(flag) ?? (flags & (1 << bit)) !== 0),
    operationalState: name,
  };
}
