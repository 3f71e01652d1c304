import { type ClientRequest, request } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';
import { Fault } from './fault.ts';
import { statusFault } from './status-fault.ts';

type Created = (error: Error | null, stream: Duplex) => void;

/** Connections to https servers through an HTTP proxy, by CONNECT. Source: RFC 9110, 9.3.6. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #patience: number;

  constructor(proxy: URL, patienceInMilliseconds: number, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#patience = patienceInMilliseconds;
  }

  override createConnection(options: ConnectionOptions, created?: Created): undefined {
    const { host = '', port = 443 } = options;
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const asked: ClientRequest = request({
      ...placeOf(this.#proxy),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyHeaders(this.#proxy) },
      timeout: this.#patience,
    });
    const failed = (error: Error): void => created?.(error, undefined as unknown as Duplex);
    asked.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) {
        socket.setTimeout(0);
        created?.(null, connect({ ...options, socket, servername: host }));
      } else {
        socket.destroy();
        const fault = statusFault(statusCode, undefined);
        failed(
          statusCode === 407
            ? fault
            : new Fault(
                `the proxy makes no connection to ${host} (${statusCode})`,
                statusCode >= 500 ? 'again' : 'final',
              ),
        );
      }
    });
    asked.once('timeout', () => {
      asked.destroy(new Fault(`the proxy ${this.#proxy.host} does not answer`, 'again'));
    });
    asked.once('error', (error) => failed(error));
    asked.end();
    return undefined;
  }
}

/** Host and port of a proxy, as `request` takes them. */
export function placeOf(proxy: URL): { readonly host: string; readonly port: number } {
  return {
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? 80 : Number(proxy.port),
  };
}

/** The user and password for a proxy, where its address has them. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  const authorization = basicOf(proxy);
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}

/** The user and password in an address, as a header's value; undefined where it has none. */
export function basicOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') {
    return undefined;
  }
  const pair = `${plain(username)}:${plain(password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** A user's password may hold a bare percent sign. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
