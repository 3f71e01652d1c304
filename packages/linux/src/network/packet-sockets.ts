import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { offsetOf } from '../containers/container-of.ts';
import { perKernel } from '../per-kernel.ts';
import { number } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { networkUint16 } from './address-text.ts';
import { sockAt, socketOf } from './sock-reader.ts';
import type { MakeSocket, SocketWalk } from './socket-walk.ts';

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'packet_sock', { device: number('ifindex'), protocol: number('num') }),
);

/** Adds the packet sockets of a namespace: `head` is the address of its `packet.sklist`. */
export function* readPacketSockets(
  walk: SocketWalk,
  head: VirtualAddress,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  const nodeAt = offsetOf(kernel, 'sock_common', 'skc_node');
  const name = 'the packet sockets of the namespace';
  yield* walk.chain('packet', name, { address: head, index: 0 }, { nodeAt }, packetMaker(kernel));
}

/** Makes a packet socket. */
export function packetMaker(kernel: Kernel): MakeSocket {
  const reader = readerOf(kernel);
  return (address, common) => {
    const sock = sockAt(kernel, address);
    const values = reader?.tryRead(address);
    if (sock === undefined || values === undefined) {
      return undefined;
    }
    const protocol = networkUint16(values.protocol, kernel.memory.byteOrder);
    return {
      ...socketOf(kernel, address, common, sock),
      // The type of an Ethernet frame.
      protocol: `0x${protocol.toString(16).padStart(4, '0')}`,
      state: null,
      device: values.device === 0 ? null : values.device,
      receiveQueue: sock.received,
      sendQueue: Math.max(sock.sent - 1, 0),
    };
  };
}
