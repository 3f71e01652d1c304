import { Fault } from './fault.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for an address, as curl reads it: `https_proxy`,
 * `http_proxy`, `all_proxy`, in lower or upper case, but not where `no_proxy` names the host.
 * Undefined where there is none. Throws `Fault` for a proxy that is not spoken to by HTTP.
 */
export function proxyOf(url: URL, env: Environment): URL | undefined {
  const kind = url.protocol.replace(':', '');
  const given = named(env, `${kind}_proxy`) ?? named(env, 'all_proxy');
  if (given === undefined || isExcepted(url, named(env, 'no_proxy') ?? '')) {
    return undefined;
  }
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy?.protocol !== 'http:') {
    throw new Fault(
      `the proxy that the environment names for ${kind} is no http:// address: only those are used`,
      'final',
    );
  }
  return proxy;
}

function named(env: Environment, name: string): string | undefined {
  const value = env[name] || env[name.toUpperCase()];
  return value === '' ? undefined : value;
}

/** Hosts with commas between them: `*`, `example.com` (also what lies below it), `host:8080`. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, ofPort] = /^(.*[^:]|\[.*\]):(\d+)$/.exec(entry) ?? [];
      const plain = name
        .replace(/^\[|\]$/g, '')
        .replace(/^\*?\./, '')
        .toLowerCase();
      return (
        name === '*' ||
        ((ofPort === undefined || ofPort === port) &&
          (host === plain || host.endsWith(`.${plain}`)))
      );
    });
}
