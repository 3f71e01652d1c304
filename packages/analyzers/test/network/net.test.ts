import { net as analyzer, type NetNamespace, type NetSocket } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { type Analyzer, type AnalyzerContext, resolveOptions, resultOf } from '@vmcorekit/core';
import { linearMemory, memoryDump, SparseMemory, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { netText } from '../../dist/network/net-text.js';
import { socketTables } from '../../dist/network/socket-tables.js';
import { analyze, emptyDump } from '../guest.ts';

const none = { address: null, port: null } as const;

/** A socket of `net` with what a test states. */
function socketOf(fields: Partial<NetSocket>): NetSocket {
  return {
    address: '0xffff888000001000',
    kind: 'tcp',
    isListed: true,
    family: 'inet',
    type: 'stream',
    protocol: 'tcp',
    state: 'established',
    local: { address: '10.0.2.15', port: 41840 },
    remote: { address: '10.0.2.2', port: 22 },
    receiveQueue: 0,
    sendQueue: 0,
    inode: 599,
    uid: 0,
    cookie: null,
    device: null,
    peer: null,
    ...fields,
  };
}

function namespaceOf(sockets: readonly NetSocket[]): NetNamespace {
  const device = {
    address: '0xffff888000002000',
    name: 'eth\u001b0',
    index: 2,
    flags: [],
    operationalState: null,
    mtu: 1500,
    hardwareAddress: null,
    addresses: [],
    received: null,
    sent: null,
  };
  return {
    address: '0xffff888000003000',
    inode: 1,
    isListed: true,
    devices: [device],
    routes: [],
    neighbours: [],
    sockets,
  };
}

/** The cells of each table by its heads. */
function tablesOf(sockets: readonly NetSocket[]): Record<string, string>[][] {
  return socketTables(namespaceOf(sockets)).map(({ heads, cells }) =>
    cells.map((row) =>
      Object.fromEntries(heads.map(({ title }, index) => [title, row[index] ?? ''])),
    ),
  );
}

describe('net', () => {
  it('shows the ends of sockets as ss does', () => {
    const [rows = []] = tablesOf([
      socketOf({}),
      socketOf({
        family: 'inet6',
        state: 'listen',
        local: { address: '::', port: 22 },
        remote: { address: '::', port: 0 },
        inode: null,
      }),
      socketOf({ kind: 'udp', protocol: 'udp', device: 2 }),
      socketOf({ kind: 'raw', protocol: 'icmp', device: 9 }),
      socketOf({ local: { address: null, port: 1 } }),
    ]);
    expect(
      rows.map(({ KIND, LOCAL, REMOTE, INODE }) => [KIND, LOCAL, REMOTE, INODE]),
    ).to.deep.equal([
      ['tcp', '10.0.2.15:41840', '10.0.2.2:22', '599'],
      ['tcp', '[::]:22', '[::]:*', '-'],
      ['udp', '10.0.2.15%eth\\x1b0:41840', '10.0.2.2:22', '599'],
      ['raw icmp', '10.0.2.15%device 9:41840', '10.0.2.2:22', '599'],
      ['tcp', '–:1', '10.0.2.2:22', '599'],
    ]);
  });

  it('has a table for each family, and names that no terminal obeys', () => {
    const others = { family: 'unix', remote: none, type: 'stream', protocol: 'unix' } as const;
    const [unix, netlink, packet, ...rest] = tablesOf([
      socketOf({ ...others, kind: 'unix', local: { address: '/a\u001b[2J', port: null } }),
      socketOf({
        kind: 'netlink',
        family: 'netlink',
        protocol: 'route',
        local: { address: null, port: 634 },
      }),
      socketOf({ kind: 'packet', family: 'packet', protocol: '0x0003', device: 2, type: 'raw' }),
    ]);
    expect(unix?.[0]).to.include({ NAME: '/a\\x1b[2J' });
    expect(netlink?.[0]).to.include({ NETLINK: 'route', 'PORT ID': '634' });
    expect(packet?.[0]).to.include({ PACKET: '0x0003', DEVICE: 'eth\\x1b0', TYPE: 'raw' });
    expect(rest).to.deep.equal([]);
  });

  it('shows the user only where it says something', () => {
    expect(tablesOf([socketOf({}), socketOf({ uid: null })])[0]?.[0]).not.to.have.property('UID');
    expect(tablesOf([socketOf({}), socketOf({ uid: 33 })])[0]?.[0]).to.include({ UID: '0' });
  });

  it('shows who holds a socket, and that no table has it', () => {
    const comm = 'a\u001bb';
    const [rows] = tablesOf([
      socketOf({
        processes: [
          { pid: 7, comm, fd: 3 },
          { pid: 8, comm: 'c', fd: 4 },
        ],
      }),
      socketOf({ processes: [{ pid: 9, comm: 'd', fd: 5 }], isListed: false }),
      socketOf({ processes: [] }),
    ]);
    expect(rows?.map(({ PROCESS }) => PROCESS)).to.deep.equal([
      '7 a\\x1bb (fd 3), 8 c (fd 4)',
      '9 d (fd 5), in no table',
      '-',
    ]);
  });

  it('shows routes and neighbours by the names of devices', () => {
    const route = { table: 254, type: 'unicast', priority: 0, source: null };
    const namespace: NetNamespace = {
      ...namespaceOf([]),
      routes: [
        {
          ...route,
          destination: '0.0.0.0',
          prefixLength: 0,
          nextHops: [{ gateway: '10.0.2.2', device: 2 }],
        },
        { ...route, table: 100, destination: '10.0.0.0', prefixLength: 8, nextHops: null },
      ],
      neighbours: [
        {
          address: '0xffff888000004000',
          family: 'inet',
          ip: '10.0.2.2',
          hardwareAddress: null,
          state: 'incomplete',
          device: 3,
        },
      ],
    };
    const shown = { devices: false, routes: true, neighbours: true, sockets: new Set<never>() };
    const tables = netText(namespace, shown).flatMap((part) =>
      typeof part === 'string' ? [] : [part.cells],
    );
    expect(tables).to.deep.equal([
      [
        ['0.0.0.0/0', 'main', 'unicast', '10.0.2.2 eth\\x1b0', '-', '0'],
        ['10.0.0.0/8', '100', 'unicast', '–', '-', '0'],
      ],
      [['10.0.2.2', 'device 3', '-', 'incomplete']],
    ]);
  });

  it('says that there is no kernel', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    const { text, data } = await analyze('net', emptyDump(memory));
    expect({ text, data }).to.deep.equal({
      text: ['no network: no kernel was found in memory'],
      data: null,
    });
  });

  it('says what would help where types are missing', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] });
    const space = linearMemory(memory, [
      { virtualAddress: 0n, physicalAddress: 0, lengthInBytes: 0x1000 },
    ]);
    const dump = memoryDump({ memory, architecture: x8664 });
    const kernel = testKernel({ dump, memory: space });
    // The analyzers ask of a verdict only whether there is a kernel.
    const verdict = { kernel: kernel.located } as AnalyzerContext['verdict'];
    const net: Analyzer = analyzer;
    const options = resolveOptions(net.name, net.options, {});
    const { text, data } = resultOf(net.run({ dump, verdict, kernel }, options));
    expect(data).to.equal(null);
    expect(text[0]).to.match(
      /^no network: .*do not describe struct net; would help: give a vmlinux/,
    );
  });
});
