import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import { answeredTraffic, proveTraffic, savedDevices } from './compare-network.ts';
import type { Comparison } from './difference.ts';
import { savedText } from './resting-processes.ts';
import { networkNamespaces, readSockets, type SavedSocket } from './saved-sockets.ts';
import { decodeSaved } from './saved-tasks.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Namespace = NonNullable<AnalyzerData['net']>['namespaces'][number];
type Socket = Namespace['sockets'][number];

/** Compares the sockets of each namespace with the tables of /proc/PID/net. */
export function compareSockets(
  answer: { readonly namespaces: readonly Pick<Namespace, 'inode' | 'sockets' | 'devices'>[] },
  proc: SavedProc,
  uptimeOfDumpInSeconds: number | null,
): Comparison {
  const truth = new Map<string, Fields>();
  const answered = new Map<string, Fields>();
  const moved = new Map<string, string>();
  for (const [namespace, pid] of networkNamespaces(proc)) {
    const saved = readSockets(proc, pid);
    // Before Linux 5.12 the kernel shows a hash in place of an address. The inode is a name too.
    const hasAddresses = saved.every(({ address }) => address !== undefined);
    const isNamed = ({ inode }: { readonly inode: number | null }): boolean =>
      hasAddresses || (inode !== null && inode !== 0);
    const nameOf = (
      socket: Pick<SavedSocket, 'kind' | 'address'> & Pick<Socket, 'inode'>,
    ): string =>
      `${socket.kind} socket ${hasAddresses ? socket.address : `[${socket.inode}]`} of ${namespace}`;
    for (const socket of saved.filter(isNamed)) {
      truth.set(nameOf(socket), { inode: socket.inode, ...socket.fields });
      const proof = proveEnded(socket, proc, uptimeOfDumpInSeconds);
      if (proof !== undefined) {
        moved.set(nameOf(socket), proof);
      }
    }
    const network = answer.namespaces.find(({ inode }) => inode === namespace);
    const traffic = proveTrafficByDevice(network?.devices ?? [], proc, pid);
    const sockets = network?.sockets ?? [];
    for (const socket of sockets.filter(({ isListed, ...each }) => isListed && isNamed(each))) {
      answered.set(nameOf(socket), answeredFields(socket));
      const proof = socket.kind === 'packet' ? traffic(socket.device) : undefined;
      if (proof !== undefined) {
        moved.set(nameOf(socket), proof);
      }
    }
  }
  return compareSubjects(truth, answered, (subject) => moved.get(subject));
}

/** The second look was after the sockets were read. */
function proveEnded(
  { endsInSeconds }: SavedSocket,
  proc: SavedProc,
  uptimeOfDumpInSeconds: number | null,
): string | undefined {
  const uptime = Number.parseFloat(decodeSaved(proc.secondLook['/proc/uptime'] ?? ''));
  return endsInSeconds !== undefined &&
    uptimeOfDumpInSeconds !== null &&
    uptime + endsInSeconds < uptimeOfDumpInSeconds
    ? `its TIME-WAIT ended ${(uptime + endsInSeconds).toFixed(2)} s after boot, before the dump`
    : undefined;
}

/** A packet socket gets each packet of its device, or of every device where it has none. */
function proveTrafficByDevice(
  devices: Namespace['devices'],
  proc: SavedProc,
  pid: number,
): (index: number | null) => string | undefined {
  const saved = new Map(savedDevices(savedText(proc, `/proc/${pid}/net/dev`) ?? ''));
  const proofs = devices.flatMap((device) => {
    const proof = proveTraffic(saved.get(device.name), answeredTraffic(device));
    return proof === undefined ? [] : [{ index: device.index, proof: `${device.name}: ${proof}` }];
  });
  return (asked) => proofs.find(({ index }) => asked === null || index === asked)?.proof;
}

function answeredFields(socket: Socket): Fields {
  const { kind, type, protocol, receiveQueue, sendQueue, uid } = socket;
  const port = ({ address, port: number }: Socket['local']): string => `${address} ${number}`;
  return {
    inode: socket.inode ?? 0,
    ...{ type, receiveQueue, sendQueue, uid },
    ...(kind === 'unix'
      ? { isListening: socket.state === 'listen', local: socket.local.address ?? '' }
      : kind === 'netlink'
        ? { local: socket.local.port }
        : kind === 'packet'
          ? { protocol, device: socket.device ?? 0 }
          : { local: port(socket.local), remote: port(socket.remote), state: socket.state }),
  };
}
