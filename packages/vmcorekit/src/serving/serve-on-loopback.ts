import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Dump, printable } from '@vmcorekit/core';
import type { GdbTarget } from '@vmcorekit/gdb';
import { filesJson, jsonLine } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, write } from '../io.ts';
import type { GdbAdvice } from './gdb-advice.ts';
import { type Loopback, listenOnLoopback } from './loopback.ts';
import { serveSocket } from './serve-socket.ts';

/** Each holds buffers; a person needs one or two. */
const maxClients = 8;

/** Serves clients on the loopback addresses until the user ends it. */
export async function serveOnLoopback(
  { io, global }: Pick<Invocation, 'io' | 'global'>,
  dump: Dump,
  target: GdbTarget,
  port: number,
  adviceFor: (target: string) => GdbAdvice,
): Promise<ExitStatus> {
  const clients = new Set<Socket>();
  const accept = (socket: Socket) => {
    if (clients.size >= maxClients) {
      socket.destroy();
      void complain(io, `vmcorekit: a client was refused: ${maxClients} are connected\n`);
      return;
    }
    clients.add(socket);
    void serveSocket(target, socket).finally(() => clients.delete(socket));
  };
  const loopback = await listenOnLoopback(port, accept);
  try {
    await write(io.stdout, (global.json ? startJson : startText)(dump, loopback, adviceFor));
    if (!io.signal.aborted) {
      await once(io.signal, 'abort');
    }
  } finally {
    loopback.close();
    for (const client of clients) {
      client.destroy();
    }
  }
  return exitStatus.interrupted;
}

type StartText = (
  dump: Dump,
  loopback: Loopback,
  adviceFor: (target: string) => GdbAdvice,
) => string;

const startText: StartText = ({ files }, { port, addresses }, adviceFor) => {
  const { command, remarks } = adviceFor(`:${port}`);
  const places = addresses.map((address) => placeText(address, port)).join(' and ');
  return [
    `${printable(files.join(', '))} is served on ${places}; Ctrl-C ends it`,
    'In another terminal',
    `  ${command}`,
    ...remarks.map((remark) => `  ${remark}`),
    '',
  ].join('\n');
};

const startJson: StartText = (dump, { port, addresses }, adviceFor) =>
  jsonLine({ schema: 1, ...filesJson(dump.files), port, addresses, ...adviceFor(`:${port}`) });

function placeText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
