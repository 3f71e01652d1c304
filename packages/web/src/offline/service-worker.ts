import { precached } from './precached.ts';
import { versionName } from './version-name.ts';

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const folder = new URL(scope.registration.scope).pathname;
const own = versionName(folder, precached.version);

/**
 * Keeps the page for a machine without a network: every file of one version, all or none. A newer
 * version waits until the user takes it, because an open page needs the files it began with. They
 * are kept as long as such a page is open, in any tab.
 */
scope.addEventListener('install', (event) => {
  event.waitUntil(keepAll());
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});

scope.addEventListener('message', (event) => {
  if (event.data === 'take-over') {
    void scope.skipWaiting();
  } else if (event.data === 'forget-unused') {
    event.waitUntil(forgetUnused());
  }
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const name = nameOf(request);
  if (request.method === 'GET' && name !== undefined) {
    event.respondWith(kept(name, request));
  }
});

/** Fetches all before it keeps any: one file of another version, and nothing is kept. */
async function keepAll(): Promise<void> {
  const files = await Promise.all(
    Object.entries(precached.files).map(
      async ([name, integrity]) => [name, await fetched(name, integrity)] as const,
    ),
  );
  const cache = await caches.open(own);
  await Promise.all(files.map(([name, response]) => cache.put(urlOf(name), response)));
}

/** Past the browser's own cache, which may hold files of another version. */
async function fetched(name: string, integrity: string): Promise<Response> {
  const response = await fetch(urlOf(name), { cache: 'reload', integrity });
  if (!response.ok) {
    throw new TypeError(`${name}: the server answers ${response.status}`);
  }
  // Browsers refuse to show a page whose answer was redirected on its way here.
  const { status, headers } = response;
  return new Response(await response.blob(), { status, headers });
}

/** A version that waits is not used yet: it forgets the others once it was taken. */
async function forgetUnused(): Promise<void> {
  const { installing, waiting } = scope.registration;
  if (installing !== null || waiting !== null) {
    return;
  }
  const { held = [] } = await scope.navigator.locks.query();
  const used = new Set([own, ...held.map((lock) => lock.name)]);
  const unused = (await versions()).filter((name) => !used.has(name));
  await Promise.all(unused.map((name) => caches.delete(name)));
}

/** The caches of this folder's versions. */
async function versions(): Promise<readonly string[]> {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith(versionName(folder, '')));
}

/**
 * The kept file that a request is for; undefined for anything else. The name of a chunk has a
 * digest of its text, so that one of another version is known by it.
 */
function nameOf({ url }: Request): string | undefined {
  const { origin, pathname } = new URL(url);
  const base = scope.registration.scope;
  const path = origin + pathname;
  const name = path.slice(base.length).replace(/^index\.html$/, '');
  const isKept = Object.hasOwn(precached.files, name) || name.startsWith('chunks/');
  return path.startsWith(base) && isKept ? name : undefined;
}

/** A page asks for its own version's files with `?VERSION`. */
async function kept(name: string, request: Request): Promise<Response> {
  const asked = versionName(folder, new URL(request.url).search.slice(1));
  for (const cacheName of [asked, own, ...(await versions())]) {
    const response = await caches.match(urlOf(name), { cacheName, ignoreVary: true });
    if (response !== undefined) {
      return response;
    }
  }
  return await fetch(request);
}

function urlOf(name: string): string {
  return new URL(name, scope.registration.scope).href;
}
