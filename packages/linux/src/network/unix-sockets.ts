import {
  type Kernel,
  type Progress,
  tryRead,
  utf8Text,
  type VirtualAddress,
} from '@vmcorekit/core';
import { offsetOf } from '../containers/container-of.ts';
import { perKernel } from '../per-kernel.ts';
import { number, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { sockAt, socketOf } from './sock-reader.ts';
import { noEnd, stateName } from './socket.ts';
import type { MakeSocket, SocketWalk } from './socket-walk.ts';

/**
 * A number that types do not have. One table for all namespaces up to Linux 5.18, then one each.
 * Source: Linux, include/net/af_unix.h (UNIX_HASH_SIZE; before: twice that).
 */
const bucketCount = 512;
/** `sun_family` stands before the path. */
const pathAt = 2;
/** Source: Linux, include/uapi/linux/un.h (UNIX_PATH_MAX). */
const maxPath = 108;

const readersOf = perKernel((kernel: Kernel) => ({
  unix: knownReader(kernel, 'unix_sock', { name: pointer('addr'), peer: pointer('peer') }),
  name: knownReader(kernel, 'unix_address', { length: number('len'), name: place('name') }),
}));

/** Adds the sockets of a table of unix sockets: `address` is that of its buckets. */
export function* readUnixSockets(
  walk: SocketWalk,
  address: VirtualAddress,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  const buckets = {
    name: 'the table of unix sockets',
    address,
    count: bucketCount,
    strideInBytes: kernel.memory.wordSizeInBits / 8,
    headAt: 0,
  };
  const nodeAt = offsetOf(kernel, 'sock_common', 'skc_node');
  yield* walk.table('unix', buckets, { nodeAt }, unixSocketMaker(kernel));
}

/** Makes a unix socket. */
export function unixSocketMaker(kernel: Kernel): MakeSocket {
  const { unix } = readersOf(kernel);
  return (address, common) => {
    const sock = sockAt(kernel, address);
    const values = unix?.tryRead(address);
    if (sock === undefined || values === undefined) {
      return undefined;
    }
    const { name, peer } = values;
    const peerName = peer === 0n ? undefined : unix?.tryRead(peer)?.name;
    return {
      ...socketOf(kernel, address, common, sock),
      protocol: 'unix',
      state: stateName(common.state) ?? null,
      local: { ...noEnd, address: unixName(kernel, name) },
      remote: { ...noEnd, address: peerName === undefined ? null : unixName(kernel, peerName) },
      // The kernel charges what waits to the socket that sent it.
      receiveQueue: null,
      sendQueue: Math.max(sock.sent - 1, 0),
      peer: peer === 0n ? null : peer,
    };
  };
}

/** As /proc/net/unix shows it: `@` stands for NUL in a name that no file has. */
function unixName(kernel: Kernel, address: VirtualAddress): string | null {
  const values = address === 0n ? undefined : readersOf(kernel).name?.tryRead(address);
  if (values === undefined || values.length <= pathAt || values.length > pathAt + maxPath + 1) {
    return null;
  }
  const bytes = tryRead(() =>
    kernel.memory.read(values.name + BigInt(pathAt), values.length - pathAt),
  );
  if (bytes === undefined) {
    return null;
  }
  // A path ends with NUL, which counts; an abstract name begins with it.
  const isAbstract = bytes[0] === 0;
  const name = isAbstract || bytes.at(-1) !== 0 ? bytes : bytes.subarray(0, -1);
  return utf8Text(name).replaceAll('\0', '@');
}
