// A network between two programs of this machine, in a thread: what it passes on comes after half
// of a round trip. `workerData` has the server's port and the round trip; the answer is a port.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { serverPort, roundTripInMilliseconds } = workerData as {
  readonly serverPort: number;
  readonly roundTripInMilliseconds: number;
};

/** Timers of equal length end in their order. */
function pass(from: Socket, to: Socket): void {
  const later = (work: () => void): void => {
    setTimeout(work, roundTripInMilliseconds / 2);
  };
  from.on('data', (bytes) => later(() => to.write(bytes)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}

const relay = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const server = connect({ port: serverPort, noDelay: true, allowHalfOpen: true });
  pass(client, server);
  pass(server, client);
});
relay.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage((relay.address() as AddressInfo).port, []);
});
