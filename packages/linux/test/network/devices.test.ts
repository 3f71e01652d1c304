import { expect } from 'chai';
import { fromWire, NetKernel } from './net-kernel.ts';

describe('readNetwork: devices', () => {
  for (const order of ['little', 'big'] as const) {
    it(`reads a device and its addresses of a ${order}-endian kernel`, () => {
      const made = new NetKernel(order);
      const net = made.namespace();
      const hardware = made.heap.take(8);
      made.heap.bytes(hardware, Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56));
      const second = made.make('in_ifaddr', {
        ifa_local: fromWire([192, 168, 1, 1], order),
        ifa_address: fromWire([192, 168, 1, 2], order),
        ifa_prefixlen: 32,
        ifa_scope: 253,
      });
      const first = made.make('in_ifaddr', {
        ifa_next: second,
        ifa_local: fromWire([10, 0, 2, 15], order),
        ifa_address: fromWire([10, 0, 2, 15], order),
        ifa_broadcast: fromWire([10, 0, 2, 255], order),
        ifa_prefixlen: 24,
      });
      const device6 = made.make('inet6_dev', {});
      const list = device6 + made.offset('inet6_dev', 'addr_list');
      made.heap.put(list, list, list);
      const address6 = made.make('inet6_ifaddr', {
        addr: Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
        prefix_len: 64,
        scope: 0x20,
      });
      made.append(list, address6 + made.offset('inet6_ifaddr', 'if_list'));
      const device = made.device(net, 'eth0', {
        ifindex: 2,
        flags: 0x1003,
        state: 1,
        operstate: 6,
        mtu: 1500,
        dev_addr: hardware,
        addr_len: 6,
        ip_ptr: made.make('in_device', { ifa_list: first }),
        ip6_ptr: device6,
        'stats.rx_bytes': 1000,
        'stats.rx_packets': 10,
        'stats.tx_bytes': 2000,
        'stats.tx_packets': 20,
      });
      const { namespaces, remarks } = made.read([]);
      expect(remarks).to.deep.equal([]);
      expect(namespaces[0]?.devices).to.deep.equal([
        {
          address: device,
          name: 'eth0',
          index: 2,
          flags: ['up', 'broadcast', 'running', 'multicast', 'lower-up'],
          operationalState: 'up',
          mtu: 1500,
          hardwareAddress: '52:54:00:12:34:56',
          addresses: [
            {
              family: 'inet',
              address: '10.0.2.15',
              prefixLength: 24,
              peer: null,
              broadcast: '10.0.2.255',
              scope: 'global',
            },
            {
              family: 'inet',
              address: '192.168.1.1',
              prefixLength: 32,
              peer: '192.168.1.2',
              broadcast: null,
              scope: 'link',
            },
            {
              family: 'inet6',
              address: 'fe80::1',
              prefixLength: 64,
              peer: null,
              broadcast: null,
              scope: 'link',
            },
          ],
          counters: {
            received: { bytes: 1000n, packets: 10n },
            sent: { bytes: 2000n, packets: 20n },
          },
        },
      ]);
    });
  }

  for (const [title, state, operstate, flags, shown] of [
    // An interface that was never up keeps `unknown`; `ip link` shows DOWN.
    ['shows a device that is down as down', 0, 0, [], 'down'],
    ['does not show the state from before it went down', 2, 6, [], 'down'],
    ['shows one without a carrier', 0x7, 2, ['up'], 'down'],
    ['shows one that is dormant', 0x13, 5, ['up', 'lower-up', 'dormant'], 'dormant'],
  ] as const) {
    it(title, () => {
      const made = new NetKernel();
      made.device(made.namespace(), 'lab0', { flags: state & 1, state, operstate });
      const device = made.read([]).namespaces[0]?.devices[0];
      expect(device).to.include({ operationalState: shown });
      expect(device?.flags).to.deep.equal(flags);
    });
  }

  for (const [name, counters] of [
    ['loopback_get_stats64', { received: [70n, 7n], sent: [70n, 7n] }],
    ['dummy_get_stats64', { received: [0n, 0n], sent: [70n, 7n] }],
    ['some_driver_get_stats64', null],
  ] as const) {
    it(`knows what ${name} sums up`, () => {
      const made = new NetKernel();
      const sum = made.heap.take(16);
      // Two CPUs.
      const offsets = made.heap.take(16);
      made.heap.put(offsets, 0n, 0x1000n);
      const parts = made.heap.take(0x2000, 0x1000);
      made.set('pcpu_lstats', parts, { packets: 3, bytes: 30 });
      made.set('pcpu_lstats', parts + 0x1000n, { packets: 4, bytes: 40 });
      const count = made.heap.take(16);
      made.heap.put(count, 2n, 3n);
      Object.assign(made.symbols, {
        [name]: sum,
        nr_cpu_ids: count,
        __cpu_possible_mask: count + 8n,
        __per_cpu_offset: offsets,
      });
      made.device(made.namespace(), 'lo', {
        netdev_ops: made.make('net_device_ops', { ndo_get_stats64: sum }),
        lstats: parts,
      });
      const found = made.read([]).namespaces[0]?.devices[0]?.counters;
      const [received, sent] = [found?.received, found?.sent];
      expect(
        found === null
          ? null
          : {
              received: [received?.bytes, received?.packets],
              sent: [sent?.bytes, sent?.packets],
            },
      ).to.deep.equal(counters);
    });
  }

  it('have no hardware address out of a page of zeros', () => {
    // It was 00:00:00:00:00:00, where the page of `dev_addr` had been wiped.
    const made = new NetKernel();
    const dev_addr = made.heap.take(4096, 4096);
    made.heap.take(4096);
    made.device(made.namespace(), 'eth0', { addr_len: 6, dev_addr });
    expect(made.read().namespaces[0]?.devices[0]?.hardwareAddress).to.equal(null);
  });
});
