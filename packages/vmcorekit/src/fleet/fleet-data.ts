import type { JsonObject } from '@vmcorekit/report';

/** What the fleet uses of the outside world. */
export interface FleetWorld {
  /** `pglite:FOLDER` or `postgres://…`; undefined for the user's own embedded one. */
  readonly database: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory, absolute. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Of this vmcorekit: another one may read more in the same dump. */
  readonly toolVersion: string;
  /** Gets a line for people that is no error. */
  readonly remark: (text: string) => void;
}

export interface Added {
  /** Dumps that were looked at. */
  readonly seen: number;
  /** Of these, the content of which was not known. */
  readonly dumps: number;
  /** Jobs that were queued. */
  readonly jobs: number;
}

/** A file that a look at a watched place met. */
export interface WatchedFile {
  readonly path: string;
  /** Parts of a split dump lie in one folder. */
  readonly folder: string;
  /** Equal as long as nothing wrote to the file. */
  readonly stamp: string;
}

/** A dump among files that no longer change. */
export interface FoundDump {
  readonly files: readonly string[];
  /** Whether it is, or may be, one of several parts. */
  readonly isSplit: boolean;
}

/** Hears why a look did not see everything. */
export type NotSearched = (because: string) => void;

/** A folder or bucket in which dumps arrive. */
export interface WatchedPlace {
  /** Absolute. */
  readonly name: string;
  /** Every file there, those of one folder together. Rejects on the world's signal. */
  readonly files: (notSearched: NotSearched) => AsyncIterable<WatchedFile>;
  /** The stamp of a file without what a file system may have cached; undefined if it is gone. */
  readonly freshStamp: (path: string) => Promise<string | undefined>;
}

/** How to look for new dumps. */
export interface Watching {
  readonly places: readonly WatchedPlace[];
  readonly everyMilliseconds: number;
  /** The dumps among files of one folder. What is no dump is left out. */
  readonly dumpsAmong: (files: readonly string[]) => AsyncIterable<FoundDump>;
}

export interface RunSettings {
  readonly workers: number;
  /** What one reader may take. */
  readonly memoryInBytes: number;
  /** What one dump may take. */
  readonly milliseconds: number;
  readonly untilEmpty: boolean;
  /** A configuration file; false for none; null for those found. */
  readonly config: string | false | null;
  /** Where to look for new dumps; null for nowhere. */
  readonly watching: Watching | null;
  /** Commands and addresses that get each result as JSON. */
  readonly hooks: readonly string[];
  /** Gets each result once it is stored. */
  readonly onResult: (result: Pick<FleetRow, 'files' | 'outcome' | 'because' | 'release'>) => void;
  /** Where to show pages meanwhile. */
  readonly serve?: ServeSettings;
}

/** A server of pages. */
export interface ServeSettings {
  /** An address of this machine. */
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Host names that requests may give, in lower case, beside `localhost` and numbers. */
  readonly names: readonly string[];
  /** Where the browser page is served, without `#`; null if there is none. */
  readonly browserPage: string | null;
  /** Gets the address of the first page. */
  readonly onListening: (address: string) => void;
}

export interface FleetStatus {
  readonly database: string;
  readonly dumps: number;
  readonly jobs: number;
  /** Jobs that wait. */
  readonly waiting: number;
  /** Jobs that a reader has. */
  readonly active: number;
  /** How many results there are of each outcome. */
  readonly results: Readonly<Record<string, number>>;
  /** The places that were watched, in the order of their names. */
  readonly watched: readonly WatchStatus[];
  readonly hooks: readonly HookStatus[];
}

export interface HookStatus {
  /** Without what may be secret. */
  readonly name: string;
  /** Results that it took. */
  readonly sent: number;
  readonly waiting: number;
  /** Results that were tried too often. */
  readonly failed: number;
  /** Why one of those that wait or failed was not taken; null if none was refused. */
  readonly because: string | null;
}

export interface WatchStatus {
  readonly place: string;
  /** When the last look began, as ISO 8601. */
  readonly lookedAt: string;
  /** Files that the last looks met. */
  readonly files: number;
  /** Of these, those that still change, or that only one look saw. */
  readonly unsettled: number;
  /** Why the last look did not see everything; null if it did. */
  readonly because: string | null;
}

/** Which results to show. A field that is left out does not count. */
export interface FleetFilter {
  /** With `*` and `?`. */
  readonly release?: string;
  readonly buildId?: string;
  readonly architecture?: string;
  readonly signature?: string;
  /** A letter of the taint flags, or several that must all be set. */
  readonly taint?: string;
  readonly damage?: string;
  readonly module?: string;
  readonly outcome?: string;
  /** A path that a dump has or had. */
  readonly file?: string;
  /** When the result was stored, as ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** Only of signatures that no result from before this time has, as ISO 8601. */
  readonly newSince?: string;
  readonly limit?: number;
  /** The `number` of a row: only older ones follow. */
  readonly before?: number;
  readonly withReport?: boolean;
}

/** What a result is found by. A field is null if it is not proved. */
export interface FleetFindings {
  readonly release: string | null;
  readonly buildId: string | null;
  readonly architecture: string | null;
  /** Of the kernel: `certain`, `probable`, `ambiguous`, `none`. */
  readonly confidence: string | null;
  /** Dumps of the same bug share it. */
  readonly signature: string | null;
  /** What the signature was made of. */
  readonly signatureText: string | null;
  /** The message of the panic. */
  readonly panic: string | null;
  /** The letters of the taint flags; empty if there is none. */
  readonly taint: string | null;
  /** When the dump was made, as ISO 8601. */
  readonly dumpedAt: string | null;
  /** Each kind of damage once. */
  readonly damage: readonly string[];
  /** The names of the modules. */
  readonly modules: readonly string[];
}

/** One result. */
export interface FleetRow extends FleetFindings {
  /** Ascends with each result. */
  readonly number: number;
  /** SHA-256: what the dump is, whatever its files are called. */
  readonly dump: string;
  /** The newest of its places. */
  readonly files: readonly string[];
  readonly sizeInBytes: number;
  readonly outcome: string;
  readonly because: string | null;
  readonly finishedAt: string;
  readonly milliseconds: number | null;
  readonly toolVersion: string;
  /** The whole report, where it was asked for. */
  readonly report?: JsonObject;
}

/** What became of the rows of one table. */
export interface CopiedRows {
  readonly table: string;
  /** In the database that was copied. */
  readonly rows: number;
  /** Of these, those that were new in the other one. */
  readonly copied: number;
  /** Of these, those that the other one does not have in the end. */
  readonly missing: number;
  /** Of these, those that the other one had already and has otherwise: they were left. */
  readonly different: number;
}

export interface CopyReport {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly CopiedRows[];
  /** Jobs that wait in the other database. */
  readonly waiting: number;
  /** Whether every row was found again, and is the same. */
  readonly isWhole: boolean;
}
