import { allowedGlobals, allowedOfNavigator } from './allowed-globals.ts';

/**
 * Closes what the policy of this worker leaves open: a plug-in sees the dump, and must not leave
 * it where another page finds it, nor speak to the page in the worker's name. Only what is allowed
 * stays. Throws `Error` where a name cannot be hidden.
 */
export function confine(scope: object = globalThis): void {
  const navigator: unknown = Reflect.get(scope, 'navigator');
  if (typeof navigator === 'object' && navigator !== null) {
    keepOnly(navigator, allowedOfNavigator);
  }
  const fetchData = dataFetcher();
  keepOnly(scope, allowedGlobals);
  replace(scope, 'fetch', fetchData);
}

/** Only `data:`, which the zstd decoder fetches itself from. */
function dataFetcher(): (address: unknown) => Promise<Response> {
  const fetchAny = globalThis.fetch;
  return async (address) => {
    if (typeof address !== 'string' || !isData(address)) {
      throw new TypeError('a plug-in reaches no network');
    }
    return await fetchAny(address);
  };
}

/** Calls no method, because a plug-in may have replaced any. */
function isData(address: string): boolean {
  const scheme = 'data:';
  for (let at = 0; at < scheme.length; at += 1) {
    if (address[at] !== scheme[at]) {
      return false;
    }
  }
  return true;
}

/** Hides every other name, also on prototypes, so that nothing finds it there. */
function keepOnly(owner: object, allowed: ReadonlySet<string>): void {
  for (const at of chainOf(owner)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name !== 'constructor' && !allowed.has(name)) {
        replace(owner, name, undefined);
        // Constants like TEMPORARY stay: they do nothing.
        if (Object(Reflect.get(owner, name)) === Reflect.get(owner, name)) {
          throw new Error(`${name} cannot be hidden from plug-ins`);
        }
      }
    }
  }
}

/** An object and its prototypes, without those that others share. */
function chainOf(owner: object): readonly object[] {
  const shared: readonly object[] = [Object.prototype, EventTarget.prototype];
  const chain: object[] = [];
  for (let at: object | null = owner; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (!shared.includes(at)) {
      chain.push(at);
    }
  }
  return chain;
}

/** Replaces it everywhere it is defined. */
function replace(owner: object, name: string, value: unknown): void {
  for (const at of chainOf(owner)) {
    if (Object.hasOwn(at, name)) {
      Reflect.defineProperty(at, name, { value, configurable: false, writable: false });
    }
  }
}
