/** A size in bytes: a number, or text with a unit like `32 MiB` or `-0x25600000`. */
export type Size = number | string;
/** A time: text like `500 ms`, `5 s`, `2 min`; a bare number is seconds. */
export type Duration = number | string;
/**
 * A pattern, or several of which one must match: `*`, `**`, `?`, `[ab]`, `{a,b}`. A leading `!`
 * negates.
 */
export type Patterns = string | readonly string[];
/** One value, or an inclusive range. */
export type NumberCondition = Size | { readonly from?: Size; readonly to?: Size };

/** When a rule applies: every given condition must hold. */
export interface RuleMatch {
  /**
   * The path of the dump's file. A pattern without a slash matches its name alone. A relative one
   * starts at the config file's folder, `**` anywhere.
   */
  readonly path?: Patterns;
  readonly format?: Patterns;
  /** `flattened`, …, or `none`. */
  readonly container?: Patterns;
  readonly capturedBy?: Patterns;
  readonly writtenBy?: Patterns;
  readonly architecture?: Patterns;
  readonly pageSize?: NumberCondition;
  /** Total size of the physical address ranges that the dump describes. */
  readonly memorySize?: NumberCondition;
  /** The number of CPUs in the dump. */
  readonly cpus?: NumberCondition;
  /** The name of this machine. */
  readonly host?: Patterns;
  /** The name of the machine in the dump, where its header says. */
  readonly nodename?: Patterns;
  /**
   * The kernel's release, as `uname -r` prints it: from the file itself, or once the kernel is
   * found.
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
 * entry in the rule's `symbols`.
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
  /** Only these heuristics look for the kernel, in this order. */
  readonly heuristics?: readonly HeuristicEntry[];
  /** How sure an answer must be to end the search: `certain` unless set. */
  readonly acceptAt?: 'certain' | 'probable';
  /** The number of pages that the search in one dump may read. */
  readonly pageLimit?: number;
  /** The watchdog's limit for the search in one dump. */
  readonly timeLimit?: Duration;
  /** What the site already knows. It is still verified, and reported as given. */
  readonly physBase?: Size;
  /** Needs `physBase`. */
  readonly kaslrOffset?: Size;
  /**
   * Where the kernel lies on machines without phys_base: virtual minus physical address of its
   * image. A number above 2^53 needs quotes. One of `physBase`, `imageOffset` and `textAt`.
   */
  readonly imageOffset?: Size;
  /** The physical address of its text, where kernels of a machine share an image offset. */
  readonly textAt?: Size;
  /** Symbol files; `{release}` is the kernel's release. A file that does not exist is skipped. */
  readonly symbols?: string | readonly string[];
}

export interface Config {
  readonly $schema?: string;
  /** Presets that come before this file's own rules: files relative to this one, or packages. */
  readonly extends?: string | readonly string[];
  /** Plug-ins to load: files relative to this one, or packages. */
  readonly plugins?: readonly string[];
  readonly rules?: readonly Rule[];
}

/** Gives a configuration its type, for `.js` files; returns it unchanged. */
export function defineConfig(config: Config): Config {
  return config;
}
