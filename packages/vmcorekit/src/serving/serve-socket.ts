import type { Socket } from 'node:net';
import type { GdbTarget } from '@vmcorekit/gdb';
import { serveClient } from './serve-client.ts';

/** Serves a client on a socket, and closes the socket. Never rejects. */
export async function serveSocket(target: GdbTarget, socket: Socket): Promise<void> {
  // A client that leaves while it is answered is no failure of the server.
  socket.on('error', () => {});
  try {
    await serveClient(target, untilGone(socket), (bytes) => sent(socket, bytes));
    socket.end();
  } catch {
    // The client has gone.
  } finally {
    socket.destroySoon();
  }
}

/** Throws at the end of the input: no client takes an answer then, so no work for one goes on. */
async function* untilGone(socket: Socket): AsyncGenerator<Uint8Array, void, void> {
  yield* socket as AsyncIterable<Uint8Array>;
  throw new Error('the client has gone');
}

/** Resolves when the client's side took the bytes. */
function sent(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
  });
}
