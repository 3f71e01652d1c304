import { hex, type Kernel, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer, text } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { ipv6At } from './address-at.ts';
import { ipv4Text } from './address-text.ts';

/** An address of a network device. */
export interface DeviceAddress {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly prefixLength: number;
  /** Of the other end of a point-to-point link; null where there is none. */
  readonly peer: string | null;
  readonly broadcast: string | null;
  readonly scope: string;
}

/** Source: Linux, include/uapi/linux/rtnetlink.h (enum rt_scope_t). */
const scopes: Readonly<Record<number, string>> = {
  0: 'global',
  200: 'site',
  253: 'link',
  254: 'host',
  255: 'nowhere',
};
/** Source: Linux, include/net/ipv6.h (IPV6_ADDR_LOOPBACK and on). */
const scopesV6: Readonly<Record<number, string>> = {
  0: 'global',
  16: 'host',
  32: 'link',
  64: 'site',
};
const maxAddresses = 2 ** 16;

const readersOf = perKernel((kernel: Kernel) => ({
  device: knownReader(kernel, 'in_device', { first: pointer('ifa_list') }),
  address: knownReader(kernel, 'in_ifaddr', {
    next: pointer('ifa_next'),
    local: number('ifa_local'),
    address: number('ifa_address'),
    broadcast: number('ifa_broadcast'),
    prefixLength: number('ifa_prefixlen'),
    scope: number('ifa_scope'),
    label: text('ifa_label'),
  }),
  deviceV6: knownReader(kernel, 'inet6_dev', { list: place('addr_list') }),
  addressV6: knownReader(kernel, 'inet6_ifaddr', {
    address: place('addr'),
    peer: optional(place('peer_addr')),
    prefixLength: number('prefix_len'),
    scope: number('scope'),
  }),
}));

/** What is left of the limit of all devices together. */
export interface AddressLimits {
  addressesLeft: number;
}

/** What is needed of a `net_device`. */
export interface AddressedDevice {
  readonly name: string;
  /** Its `ip_ptr` and `ip6_ptr`; 0 for none. */
  readonly inDevice: VirtualAddress;
  readonly inDeviceV6: VirtualAddress;
}

/** The addresses of a device. */
export function* deviceAddresses(
  kernel: Kernel,
  { name, inDevice, inDeviceV6 }: AddressedDevice,
  limits: AddressLimits,
  notes: WalkNotes,
): Generator<DeviceAddress, void, void> {
  const of = [
    ...(inDevice === 0n ? [] : [addressesV4(kernel, name, inDevice, notes)]),
    ...(inDeviceV6 === 0n ? [] : [addressesV6(kernel, name, inDeviceV6, notes)]),
  ];
  for (const addresses of of) {
    for (const address of addresses) {
      if (--limits.addressesLeft < 0) {
        const because = 'the walk ends here: there are too many addresses';
        notes.add({ container: `the addresses of ${name}`, at: inDevice, because });
        return;
      }
      yield address;
    }
  }
}

function* addressesV4(
  kernel: Kernel,
  name: string,
  device: VirtualAddress,
  notes: WalkNotes,
): Generator<DeviceAddress, void, void> {
  const readers = readersOf(kernel);
  const { byteOrder } = kernel.memory;
  const container = `the IPv4 addresses of ${name}`;
  const seen = new Set<VirtualAddress>();
  let last = device;
  let at = readers.device?.tryRead(device)?.first;
  while (at !== 0n) {
    const values = at === undefined ? undefined : readers.address?.tryRead(at);
    if (at === undefined || values === undefined || seen.has(at) || seen.size === maxAddresses) {
      const next = at === undefined ? 'the first' : `the next at ${hex(at)}`;
      const because =
        at !== undefined && seen.has(at)
          ? `${next} came before: the list has no end`
          : `${next} cannot be read, and the rest is unknown`;
      notes.add({ container, at: last, because });
      return;
    }
    seen.add(at);
    const { local, address, broadcast, prefixLength, scope } = values;
    yield {
      family: 'inet',
      address: ipv4Text(local, byteOrder),
      prefixLength,
      peer: address === local ? null : ipv4Text(address, byteOrder),
      broadcast: broadcast === 0 ? null : ipv4Text(broadcast, byteOrder),
      scope: scopes[scope] ?? String(scope),
    };
    last = at;
    at = values.next;
  }
}

function* addressesV6(
  kernel: Kernel,
  name: string,
  device: VirtualAddress,
  notes: WalkNotes,
): Generator<DeviceAddress, void, void> {
  const { deviceV6, addressV6 } = readersOf(kernel);
  const container = `the IPv6 addresses of ${name}`;
  const list = deviceV6?.tryRead(device)?.list;
  if (list === undefined || addressV6 === undefined) {
    notes.add({ container, at: device, because: 'they cannot be read' });
    return;
  }
  const options = { name: container, limit: maxAddresses };
  for (const node of listNodes(kernel, list, notes, options)) {
    const at = containerOf(kernel, 'inet6_ifaddr', 'if_list', node);
    const values = addressV6.tryRead(at);
    const address = values === undefined ? undefined : ipv6At(kernel, values.address);
    if (values === undefined || address === undefined) {
      notes.add({ container, at, because: 'an address cannot be read' });
      continue;
    }
    const peer = values.peer === null ? undefined : ipv6At(kernel, values.peer);
    yield {
      family: 'inet6',
      address,
      prefixLength: values.prefixLength,
      peer: peer === undefined || peer === '::' ? null : peer,
      broadcast: null,
      scope: scopesV6[values.scope & 0xf0] ?? String(values.scope),
    };
  }
}
