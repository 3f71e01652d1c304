import type { Rule } from './config.ts';
import type { ConfigFile, KeyPath } from './config-file.ts';

/** Why a file is in effect. */
export type ConfigSource = 'user folder' | 'trusted' | '--config';

/** A rule and its place. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly file: ConfigFile;
  /** The index of the rule in its file. */
  readonly key: KeyPath;
}

/** A requested plug-in, and where it was requested. */
export interface PlacedPlugin {
  readonly specifier: string;
  readonly file: ConfigFile;
  readonly key: KeyPath;
}

/** The effective configuration, in order. */
export interface Configuration {
  readonly files: readonly { readonly file: ConfigFile; readonly source: ConfigSource }[];
  readonly plugins: readonly PlacedPlugin[];
  readonly rules: readonly PlacedRule[];
  /** Files that were found and are ignored, because the user has not trusted them as they are. */
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
