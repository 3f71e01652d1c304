import {
  choice,
  fileValue,
  flag,
  type OptionSpec,
  type OptionTable,
  value,
} from './arguments/option-spec.ts';

const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

export interface GlobalOptions {
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
  readonly debug: boolean;
  readonly color: ColorChoice;
  readonly 'no-color': boolean;
  readonly quiet: boolean;
  readonly config: string | undefined;
  readonly 'no-config': boolean;
  readonly cache: boolean;
  readonly format: string | undefined;
  /** Its text: a size is read by core, which help does not load. */
  readonly 'max-transfer': string | undefined;
}

/** Options every command takes. */
export const globalOptions: OptionTable & {
  readonly [Name in keyof GlobalOptions]: OptionSpec<GlobalOptions[Name]>;
} = {
  json: flag('answer in JSON, one object per line'),
  quiet: flag('show no progress on stderr, only errors', 'q'),
  color: choice('WHEN', 'use colours: auto (on a terminal), always, never', colorChoices),
  'no-color': flag('use no colours, like --color=never'),
  debug: flag('show stack traces of errors, also of plug-ins'),
  config: fileValue('use this configuration instead of those found'),
  'no-config': flag('use no configuration'),
  cache: flag('keep types and symbols for dumps of the same build; only if you trust them'),
  format: value(
    'NAME',
    'open every dump as NAME (like raw), whatever it looks like',
    (text) => text,
  ),
  'max-transfer': value(
    'SIZE',
    'fetch at most this much of dumps on servers (default 256 MiB), or unlimited',
    (text) => text,
  ),
  help: flag('show this help', 'h'),
  version: flag('show the version', 'V'),
};
