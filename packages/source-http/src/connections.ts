import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Fault, faultOf } from './fault.ts';
import { proxyOf } from './proxy-of.ts';
import { placeOf, proxyHeaders, TunnelAgent } from './tunnel.ts';

/** A probe needs one; read-ahead and announced reads use the others. */
const connectionsPerHost = 4;
const agentOptions = { keepAlive: true, maxSockets: connectionsPerHost };

/**
 * Connections that are kept open between requests, straight or through the proxy that the
 * environment names.
 */
export class Connections {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #patience: number;
  readonly #http: HttpAgent = new HttpAgent(agentOptions);
  readonly #https: HttpsAgent = new HttpsAgent(agentOptions);
  readonly #tunnels: Map<string, TunnelAgent> = new Map();

  constructor(env: Readonly<Record<string, string | undefined>>, patienceInMilliseconds: number) {
    this.#env = env;
    this.#patience = patienceInMilliseconds;
  }

  /**
   * Sends a GET, and gives the answer when its headers are there. The caller reads or destroys it.
   * Throws `Fault`.
   */
  get(url: URL, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    const proxy = proxyOf(url, this.#env);
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => reject(faultOf(error, url.host));
      const sent = this.#request(url, proxy, headers);
      const timer = setTimeout(() => {
        sent.destroy(new Fault(`${url.host} does not answer`, 'slow'));
      }, this.#patience);
      sent.once('response', (response) => {
        clearTimeout(timer);
        // What breaks later breaks the body, and the one who reads it hears of it there.
        sent.off('error', failed).on('error', () => {});
        resolve(response);
      });
      sent.once('error', (error) => {
        clearTimeout(timer);
        failed(error);
      });
      sent.once('error', failed);
      sent.end();
    });
  }

  #request(
    url: URL,
    proxy: URL | undefined,
    headers: Readonly<Record<string, string>>,
  ): ReturnType<typeof httpRequest> {
    const path = `${url.pathname}${url.search}`;
    const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port, path, headers };
    if (url.protocol === 'https:') {
      return httpsRequest({ ...place, agent: this.#secureAgent(proxy) });
    }
    return proxy === undefined
      ? httpRequest({ ...place, agent: this.#http })
      : httpRequest({
          ...placeOf(proxy),
          path: `http://${url.host}${path}`,
          headers: { ...headers, host: url.host, ...proxyHeaders(proxy) },
          agent: this.#http,
        });
  }

  #secureAgent(proxy: URL | undefined): HttpsAgent {
    if (proxy === undefined) {
      return this.#https;
    }
    const known = this.#tunnels.get(proxy.href);
    const tunnel = known ?? new TunnelAgent(proxy, this.#patience, agentOptions);
    this.#tunnels.set(proxy.href, tunnel);
    return tunnel;
  }
}
