import type { Toolkit } from '@vmcorekit/engine';
import type { ToolkitFactory } from '../../dist/composition.js';
import type { InputStream } from '../../dist/io.js';
import { run } from '../../dist/run.js';

export interface CliWorld {
  readonly toolkit?: () => Toolkit;
  /** Both streams are terminals of this width. */
  readonly terminalColumns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly stdin?: InputStream;
  /** The working directory; the root unless given, where no configuration lies. */
  readonly folder?: string;
  /** Of the command with plug-ins. */
  readonly patienceInMilliseconds?: number;
  /** The time that a report bears, in milliseconds since 1970. */
  readonly now?: number;
  /** Gives Ctrl-C to a handler, as `Io` says. */
  readonly catchInterrupts?: (handler: () => void) => Disposable;
  /** What a write to stdout fails with. */
  readonly stdoutError?: Error;
  /** What a write to stderr fails with. */
  readonly stderrError?: Error;
}

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** One value a line of stdout. */
  readonly json: () => unknown[];
}

/** Runs one command line inside this process, with streams that remember. */
export async function runCli(args: readonly string[], world: CliWorld = {}): Promise<CliResult> {
  const stdout = new MemoryStream(world.terminalColumns, world.stdoutError);
  const stderr = new MemoryStream(world.terminalColumns, world.stderrError);
  const { toolkit } = world;
  const factory: ToolkitFactory | undefined =
    toolkit === undefined ? undefined : async () => toolkit();
  const signal = world.signal ?? new AbortController().signal;
  const { env = {}, folder = '/', patienceInMilliseconds, stdin } = world;
  const patience = patienceInMilliseconds === undefined ? {} : { patienceInMilliseconds };
  const clock = world.now === undefined ? {} : { now: world.now };
  const input = stdin === undefined ? {} : { stdin };
  const { catchInterrupts } = world;
  const interrupts = catchInterrupts === undefined ? {} : { catchInterrupts };
  const status = await run(
    args,
    { ...input, ...interrupts, stdout, stderr, env, folder, signal, ...patience, ...clock },
    factory,
  );
  return {
    status,
    stdout: stdout.text,
    stderr: stderr.text,
    json: () =>
      stdout.text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  };
}

export class MemoryStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly #chunks: Buffer[] = [];
  readonly #error: Error | undefined;

  constructor(columns: number | undefined, error?: Error) {
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 80;
    this.#error = error;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done(this.#error);
  }
}
