/** What reaches other pages of this origin, or starts a place that is not confined. */
const doors = [
  'BroadcastChannel',
  'EventSource',
  'SharedWorker',
  'WebSocket',
  'WebTransport',
  'Worker',
  'XMLHttpRequest',
  'caches',
  'cookieStore',
  'importScripts',
  'indexedDB',
] as const;

/**
 * Closes what the policy of this worker leaves open: a plug-in sees the dump, and must not leave
 * it where another page finds it. `data:` is what the zstd decoder fetches itself from.
 */
export function confine(scope: object = globalThis): void {
  for (const door of doors) {
    hide(scope, door);
  }
  const navigator: unknown = Reflect.get(scope, 'navigator');
  if (typeof navigator === 'object' && navigator !== null) {
    for (const door of ['storage', 'serviceWorker', 'storageBuckets', 'sendBeacon']) {
      hide(navigator, door);
    }
  }
  const fetchAny = globalThis.fetch;
  replace(scope, 'fetch', async (address: unknown) => {
    if (typeof address !== 'string' || !address.startsWith('data:')) {
      throw new TypeError('a plug-in reaches no network');
    }
    return await fetchAny(address);
  });
}

/** Whether a policy confines this worker: without one, a text becomes a program. */
export function isConfined(): boolean {
  try {
    Reflect.construct(Function, ['return 1']);
    return false;
  } catch {
    return true;
  }
}

function hide(owner: object, name: string): void {
  replace(owner, name, undefined);
}

/** Replaces it where it is defined, also on a prototype, so that nothing finds it there. */
function replace(owner: object, name: string, value: unknown): void {
  for (let at: object | null = owner; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) {
      Reflect.defineProperty(at, name, { value, configurable: false, writable: false });
    }
  }
}
