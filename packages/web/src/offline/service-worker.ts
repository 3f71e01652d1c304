import { precached } from './precached.ts';

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const prefix = 'vmcorekit-';

/**
 * Keeps the page for a machine without a network: every file of one version, all or none. A newer
 * version waits until the user takes it, because an open page needs the files it began with.
 */
scope.addEventListener('install', (event) => {
  event.waitUntil(keepAll());
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => scope.clients.claim()));
});

scope.addEventListener('message', ({ data }) => {
  if (data === 'take-over') {
    void scope.skipWaiting();
  }
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const name = nameOf(request);
  if (request.method === 'GET' && name !== undefined) {
    event.respondWith(kept(name, request));
  }
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(prefix + precached.version);
  // Past the browser's own cache, which may hold files of another version.
  await cache.addAll(precached.files.map((file) => new Request(`./${file}`, { cache: 'reload' })));
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter(
    (name) => name.startsWith(prefix) && name !== prefix + precached.version,
  );
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The kept file that a request is for; undefined for anything else. */
function nameOf({ url }: Request): string | undefined {
  const base = scope.registration.scope;
  const path = new URL(url);
  const name = (path.origin + path.pathname).slice(base.length);
  return (path.origin + path.pathname).startsWith(base) && precached.files.includes(name)
    ? name
    : undefined;
}

async function kept(name: string, request: Request): Promise<Response> {
  const cache = await caches.open(prefix + precached.version);
  const file = new URL(name, scope.registration.scope);
  return (await cache.match(file, { ignoreVary: true })) ?? (await fetch(request));
}
