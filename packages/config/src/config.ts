/** A size in bytes: a number, or text with a unit like `32 MiB` or `-0x25600000`. */
export type Size = number | string;
/** A time: text like `500 ms`, `5 s`, `2 min`; a bare number is seconds. */
export type Duration = number | string;
/**
 * A pattern, or several of which one must match: `*`, `**`, `?`, `[ab]`, `{a,b}`; a leading `!`
 * negates.
 */
export type Patterns = string | readonly string[];
/** One value, or a range with both ends included. */
export type NumberCondition = Size | { readonly from?: Size; readonly to?: Size };

/** When a rule applies: every condition given must hold. */
export interface RuleMatch {
  /**
   * Of the dump's file. Without a slash, of its name alone; a relative one counts from the config
   * file's folder, `**` from anywhere.
   */
  readonly path?: Patterns;
  readonly format?: Patterns;
  /** `flattened`, …, or `none`. */
  readonly container?: Patterns;
  readonly capturedBy?: Patterns;
  readonly writtenBy?: Patterns;
  readonly architecture?: Patterns;
  readonly pageSize?: NumberCondition;
  /** Of the physical address ranges the dump describes, added up. */
  readonly memorySize?: NumberCondition;
  /** How many the dump names. */
  readonly cpus?: NumberCondition;
  /** The name of this machine. */
  readonly host?: Patterns;
  /** The name of the machine in the dump, where its header says. */
  readonly nodename?: Patterns;
  /**
   * The kernel's release, as `uname -r` says: from the file itself, or once the kernel is found.
   */
  readonly release?: Patterns;
  /**
   * The GNU build ID of the kernel's vmlinux: from the file itself, or once the kernel is found.
   */
  readonly buildId?: Patterns;
}

export type HeuristicOptions = Readonly<Record<string, string | number | boolean>>;

/**
 * A heuristic by its name, alone or with options. `systemMap` in the last form is short for an
 * entry of the rule's `symbols`.
 */
export type HeuristicEntry =
  | string
  | readonly [name: string, options: HeuristicOptions]
  | (HeuristicOptions & { readonly use: string; readonly systemMap?: string });

/** What is done differently for some dumps. Later rules win, setting by setting. */
export interface Rule {
  readonly name: string;
  /** Absent: every dump. */
  readonly match?: RuleMatch;
  /** Only these look for the kernel, in this order. */
  readonly heuristics?: readonly HeuristicEntry[];
  /** How sure an answer must be to end the search: `certain` unless set. */
  readonly acceptAt?: 'certain' | 'probable';
  /** How many pages the search in one dump may read. */
  readonly pageLimit?: number;
  /** The watchdog of the search in one dump. */
  readonly timeLimit?: Duration;
  /** What the site knows already: verified all the same, and reported as told. */
  readonly physBase?: Size;
  /** Needs `physBase`. */
  readonly kaslrOffset?: Size;
  /** Symbol files; `{release}` is the kernel's release. One that does not exist is passed over. */
  readonly symbols?: string | readonly string[];
}

export interface Config {
  readonly $schema?: string;
  /** Presets that come before this file's own rules: files, relative to this one, or packages. */
  readonly extends?: string | readonly string[];
  /** Plug-ins to load: files, relative to this one, or packages. */
  readonly plugins?: readonly string[];
  readonly rules?: readonly Rule[];
}

/** Gives a configuration its type, for `.js` files; returns it unchanged. */
export function defineConfig(config: Config): Config {
  return config;
}
