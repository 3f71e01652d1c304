import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VmcorekitError } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import { makeFolder } from './make-folder.ts';
import { endlessness } from './readable-file.ts';

/**
 * For each trusted configuration, the hash of every file in it: itself, its presets, its plug-ins.
 */
type Trusted = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The found configurations that the user trusted, with the contents they had then. Kept in the
 * user's folder.
 */
export class TrustStore {
  readonly path: string;
  readonly #trusted: Map<string, Readonly<Record<string, string>>>;

  /** Throws `bad-config` where the user's record cannot be read as one. */
  constructor(userFolder: string) {
    this.path = join(userFolder, 'trusted.json');
    this.#trusted = new Map(Object.entries(recordOf(this.path)));
  }

  /** Whether a configuration and all its files are unchanged since it was trusted. */
  isTrusted(configPath: string): boolean {
    const files = this.#trusted.get(realpathSync(configPath));
    return (
      files !== undefined && Object.entries(files).every(([path, hash]) => hashOf(path) === hash)
    );
  }

  /**
   * Whether all these files were part of a configuration when it was trusted, because a package may
   * resolve to another file since.
   */
  covers(configPath: string, files: readonly string[]): boolean {
    const known = this.#trusted.get(realpathSync(configPath)) ?? {};
    return files.every((file) => Object.hasOwn(known, realpathSync(file)));
  }

  /** Trusts a configuration of these files, itself among them, as they are now. */
  trust(configPath: string, files: readonly string[]): void {
    const hashes = files.map((file): [string, string] => [realpathSync(file), hashOf(file) ?? '']);
    this.#trusted.set(realpathSync(configPath), Object.fromEntries(hashes));
    makeFolder(dirname(this.path));
    using file = new OutputFile(this.path, true);
    const text = `${JSON.stringify(Object.fromEntries(this.#trusted), null, 2)}\n`;
    file.writeAt(0, new TextEncoder().encode(text));
    file.commit();
  }
}

function hashOf(path: string): string | undefined {
  try {
    return endlessness(path) === undefined
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(path: string): Trusted {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === 'object' && record !== null && Object.values(record).every(isHashes)) {
      return record as Trusted;
    }
  } catch {
    // Reported below, like everything else that is no record.
  }
  throw new VmcorekitError('bad-config', {
    file: path,
    line: null,
    key: '',
    because: 'is not a record of trusted files; remove it and trust them again',
  });
}

function isHashes(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((hash) => typeof hash === 'string')
  );
}
