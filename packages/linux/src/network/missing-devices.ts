import type { WalkNotes } from '../containers/walk.ts';
import type { NetworkDevice } from './devices.ts';
import type { NetworkSocket } from './socket.ts';

/** `packet_sock.ifindex` after its device was removed. Source: Linux, net/packet/af_packet.c. */
const removed = 0xffffffff;

/**
 * Notes the sockets that are bound to a device which their namespace does not have: the device was
 * removed, or the number is damaged. `devices` are all of the namespace.
 */
export function noteMissingDevices(
  sockets: readonly NetworkSocket[],
  devices: readonly NetworkDevice[],
  notes: WalkNotes,
): void {
  const known = new Set<number>([removed, ...devices.map(({ index }) => index)]);
  for (const { address, device } of sockets) {
    if (device !== null && !known.has(device)) {
      const because =
        `the socket is bound to device ${device}, which its namespace does not have: ` +
        'the device was removed, or the number is damaged';
      notes.add({ container: 'the sockets', at: address, because });
    }
  }
}
