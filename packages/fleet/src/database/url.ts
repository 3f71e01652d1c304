import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { VmcorekitError } from '@vmcorekit/core';

/** Where the fleet keeps its queue and its results. */
export type DatabaseUrl =
  | { readonly kind: 'pglite'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string };

const allowed = 'pglite:FOLDER or postgres://[USER@]HOST[:PORT]/DATABASE';

/**
 * Reads `pglite:FOLDER` (from the working directory `folder`) or `postgres://…`. Throws `usage` for
 * anything else. The message holds no password.
 */
export function parseDatabaseUrl(text: string, folder: string): DatabaseUrl {
  const [, path] = /^pglite:(?:\/\/)?(.+)$/s.exec(text) ?? [];
  if (path !== undefined) {
    return { kind: 'pglite', folder: resolve(folder, path) };
  }
  if (/^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)) {
    return { kind: 'postgres', url: text };
  }
  throw new VmcorekitError('usage', { what: 'database', got: withoutSecrets(text), allowed });
}

/** The URL for people: without user, password and options. */
export function shownUrl(database: DatabaseUrl): string {
  return database.kind === 'pglite' ? `pglite:${database.folder}` : withoutSecrets(database.url);
}

function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) {
    const [scheme = ''] = text.split(/[:/?@]/);
    return `${scheme}:…`;
  }
  const { protocol, host, pathname } = new URL(text);
  return host === '' ? `${protocol}…` : `${protocol}//${host}${pathname}`;
}

/**
 * The embedded database of the user, in their folder for data.
 * Source: XDG Base Directory Specification 0.8, "$XDG_DATA_HOME"; relative paths are invalid.
 */
export function defaultDatabase(env: Readonly<Record<string, string | undefined>>): DatabaseUrl {
  const { XDG_DATA_HOME: given = '', LOCALAPPDATA: local } = env;
  const base =
    process.platform === 'win32' && local !== undefined
      ? local
      : isAbsolute(given)
        ? given
        : join(homedir(), '.local', 'share');
  return { kind: 'pglite', folder: join(base, 'vmcorekit', 'fleet') };
}
