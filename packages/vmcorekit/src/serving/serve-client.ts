import { GdbSession, type GdbTarget } from '@vmcorekit/gdb';
import { Bell } from './bell.ts';

/**
 * Serves one client until it leaves, or what sends to it rejects. Reads no more while enough
 * requests wait, and makes no answer before the client took the one before. So neither a flood nor
 * a client that never reads fills memory.
 */
export async function serveClient(
  target: GdbTarget,
  input: AsyncIterable<Uint8Array>,
  send: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const session = new GdbSession(target);
  const received = new Bell();
  const answered = new Bell();
  let isOver = false;
  void receive(session, input, received, answered).finally(() => {
    isOver = true;
    received.ring();
  });
  try {
    while (!session.hasEnded && (!isOver || session.isWaiting)) {
      for await (const bytes of session.answers()) {
        await send(bytes);
      }
      answered.ring();
      if (!session.hasEnded && !session.isWaiting && !isOver) {
        await received.wait();
      }
    }
  } finally {
    session.close();
    answered.ring();
  }
}

/**
 * Reads to the end of the input. The requests that wait then are still answered; a command that
 * runs with none after it ends. Never rejects: where reading fails, the client has gone.
 */
async function receive(
  session: GdbSession,
  input: AsyncIterable<Uint8Array>,
  received: Bell,
  answered: Bell,
): Promise<void> {
  try {
    for await (const chunk of input) {
      session.receive(chunk);
      received.ring();
      while (session.isFull) {
        await answered.wait();
      }
      if (session.hasEnded) {
        return;
      }
    }
    session.endInput();
  } catch {
    session.close();
  }
}
