import type { Rule } from './config.ts';
import type { ConfigFile, KeyPath } from './config-file.ts';

/** How a file came to count. */
export type ConfigSource = 'user folder' | 'trusted' | '--config';

/** A rule and where it stands. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly file: ConfigFile;
  /** Of the rule in its file. */
  readonly key: KeyPath;
}

/** A plug-in asked for, and where. */
export interface PlacedPlugin {
  readonly specifier: string;
  readonly file: ConfigFile;
  readonly key: KeyPath;
}

/** All configuration that counts, in order. */
export interface Configuration {
  readonly files: readonly { readonly file: ConfigFile; readonly source: ConfigSource }[];
  readonly plugins: readonly PlacedPlugin[];
  readonly rules: readonly PlacedRule[];
  /** Files that were found and do not count, since nobody trusted them as they are. */
  readonly ignored: readonly string[];
}

export const noConfiguration: Configuration = { files: [], plugins: [], rules: [], ignored: [] };

export function configurationOf(
  files: Configuration['files'],
  ignored: readonly string[],
): Configuration {
  return {
    files,
    ignored,
    plugins: files.flatMap(({ file }) =>
      (file.config.plugins ?? []).map((specifier, index) => ({
        specifier,
        file,
        key: ['plugins', index],
      })),
    ),
    rules: files.flatMap(({ file }) =>
      (file.config.rules ?? []).map((rule, index) => ({ rule, file, key: ['rules', index] })),
    ),
  };
}
