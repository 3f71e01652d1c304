import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { systemReason } from '@vmcorekit/core/system-reason';
import { UsageError } from '../arguments/usage-error.ts';

/** The machine's own addresses: no other machine reaches them. */
const addresses = ['127.0.0.1', '::1'] as const;
/** A machine without IPv6. */
const withoutAddress = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** A server on the loopback addresses. */
export interface Loopback {
  readonly port: number;
  readonly addresses: readonly string[];
  close(): void;
}

/**
 * Listens on a port of both loopback addresses; port 0 is a free one. Throws `UsageError` where the
 * port is in use.
 */
export async function listenOnLoopback(
  port: number,
  accept: (socket: Socket) => void,
): Promise<Loopback> {
  const servers: Server[] = [];
  const used: string[] = [];
  let chosen = port;
  for (const address of addresses) {
    const server = createServer({ noDelay: true }, accept);
    try {
      server.listen({ port: chosen, host: address });
      await once(server, 'listening');
    } catch (error) {
      if (servers.length > 0 && isWithoutAddress(error)) {
        continue;
      }
      closeAll(servers);
      throw new UsageError(
        `port ${chosen} of ${address} cannot be used: ${systemReason(error)} (--port 0 picks a free one)`,
        { cause: error },
      );
    }
    servers.push(server);
    used.push(address);
    const place = server.address();
    chosen = typeof place === 'object' && place !== null ? place.port : chosen;
  }
  return { port: chosen, addresses: used, close: () => closeAll(servers) };
}

function closeAll(servers: readonly Server[]): void {
  for (const server of servers) {
    server.close();
  }
}

function isWithoutAddress(error: unknown): boolean {
  return error instanceof Error && 'code' in error && withoutAddress.includes(error.code as string);
}
