import { type Kernel, type Progress, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { rhashtableNodes } from '../containers/rhashtable.ts';
import { perKernel } from '../per-kernel.ts';
import { number } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { netlinkFamilyName } from './protocols.ts';
import { sockAt, socketOf } from './sock-reader.ts';
import { noEnd } from './socket.ts';
import type { MakeSocket, SocketWalk } from './socket-walk.ts';

/** Source: Linux, include/uapi/linux/netlink.h (MAX_LINKS). */
const familyCount = 32;
const socketsPerStep = 256;

const readersOf = perKernel((kernel: Kernel) => ({
  table: knownReader(kernel, 'netlink_table', { isUsed: number('registered') }),
  socket: knownReader(kernel, 'netlink_sock', {
    port: number('portid'),
    remotePort: number('dst_portid'),
  }),
}));

/** Adds all netlink sockets: `variable` is the address of `nl_table`. */
export function* readNetlinkSockets(
  walk: SocketWalk,
  variable: VirtualAddress,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  const { table } = readersOf(kernel);
  const size = kernel.types.struct('netlink_table')?.sizeInBytes ?? undefined;
  const hash = kernel.types.struct('netlink_table')?.member('hash');
  const first = tryRead(() => kernel.memory.readPointer(variable));
  if (first === undefined || table === undefined || size === undefined || hash === undefined) {
    const because = 'the tables of netlink sockets cannot be read, or their type is unknown';
    walk.notes.add({ container: 'nl_table', at: variable, because });
    return;
  }
  for (let family = 0; family < familyCount; family++) {
    const at = first + BigInt(family * size);
    const name = `the netlink sockets of ${netlinkFamilyName(family)}`;
    const values = table.tryRead(at);
    if (values === undefined) {
      walk.notes.add({ container: name, at, because: 'their table cannot be read' });
      continue;
    }
    if (values.isUsed === 0) {
      continue;
    }
    const make = netlinkMaker(kernel);
    const nodes = rhashtableNodes(kernel, at + BigInt(hash.offsetInBytes), walk.notes, { name });
    let count = 0;
    for (const node of nodes) {
      walk.add('netlink', name, containerOf(kernel, 'netlink_sock', 'node', node), make);
      if (++count % socketsPerStep === 0) {
        yield walk.progress();
      }
    }
  }
}

/** Makes a netlink socket. */
export function netlinkMaker(kernel: Kernel): MakeSocket {
  const reader = readersOf(kernel).socket;
  return (address, common) => {
    const sock = sockAt(kernel, address);
    const values = reader?.tryRead(address);
    if (sock === undefined || values === undefined) {
      return undefined;
    }
    return {
      ...socketOf(kernel, address, common, sock),
      protocol: netlinkFamilyName(sock.protocol),
      // It has none, whatever the field holds.
      state: null,
      local: { ...noEnd, port: values.port },
      remote: { ...noEnd, port: values.remotePort },
      receiveQueue: sock.received,
      sendQueue: Math.max(sock.sent - 1, 0),
    };
  };
}
