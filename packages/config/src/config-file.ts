import type { Config } from './config.ts';

/** A path into a configuration: keys and indexes. */
export type KeyPath = readonly (string | number)[];

/** One configuration file, read. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly config: Config;
  /**
   * The 1-based line of a value, or of the nearest value around it. Null where the file has no
   * lines to show (a `.js`).
   */
  lineOf(path: KeyPath): number | null;
}

/** A configuration file whose contents are not checked yet. */
export interface UncheckedFile extends Omit<ConfigFile, 'config'> {
  readonly config: unknown;
}

/** `rules[0].match.path`: the form of a key in errors and listings. */
export function keyText(path: KeyPath): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`,
    '',
  );
}
