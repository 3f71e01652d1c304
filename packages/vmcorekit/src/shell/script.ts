import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, type Io, OutputError, type OutputStream, write } from '../io.ts';
import { Evaluator } from './evaluator.ts';
import { readShellLine, shellCommands } from './read-shell-line.ts';
import { type LineRunner, runLine } from './run-line.ts';

/** What a script ended with. */
export interface ScriptEnd {
  /** That of the first line that failed; of one that Ctrl-C ended where there is one. */
  readonly status: ExitStatus;
  /** True if a line left the shell. */
  readonly hasLeft: boolean;
}

/**
 * Runs lines one after another. Goes on after one that failed, as crash does. Ends at Ctrl-C, and
 * when the reader of the output has gone.
 */
export async function runScript(
  own: LineRunner,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<ScriptEnd> {
  const stdout = new WatchedOutput(own.io.stdout);
  const runner = { ...own, io: Object.create(own.io, { stdout: { value: stdout.stream } }) as Io };
  const { shell, io } = runner;
  using evaluator = new Evaluator(shell, io);
  const commands = shellCommands(shell);
  let first: ExitStatus = exitStatus.answered;
  for await (const text of lines) {
    const line = evaluator.isWaiting
      ? ({ kind: 'javascript' } as const)
      : readShellLine(text, commands);
    let status: ExitStatus = exitStatus.answered;
    if (line instanceof Error) {
      await complain(io, `vmcorekit: ${line.message}\n`);
      status = exitStatus.usage;
    } else if (line.kind === 'leave') {
      return { status: first, hasLeft: true };
    } else if (line.kind === 'javascript') {
      const { output, isFailed, isCutOff } = await evaluator.run(text);
      await (isFailed ? complain(io, output) : written(io, output));
      const failed = isCutOff ? exitStatus.interrupted : exitStatus.usage;
      status = isFailed ? failed : exitStatus.answered;
    } else if (line.kind !== 'nothing') {
      status = await runLine(runner, line);
    }
    first = first === exitStatus.answered ? status : first;
    if (status === exitStatus.interrupted) {
      return { status, hasLeft: false };
    }
    if (stdout.isReaderGone) {
      return { status: first, hasLeft: true };
    }
  }
  const late = await evaluator.settle();
  await (late.isFailed ? complain(io, late.output) : written(io, late.output));
  first = first === exitStatus.answered && late.isFailed ? exitStatus.usage : first;
  const isCut = evaluator.isWaiting;
  if (isCut) {
    await complain(io, 'vmcorekit: the script ends within an expression\n');
  }
  return {
    status: isCut && first === exitStatus.answered ? exitStatus.usage : first,
    hasLeft: false,
  };
}

/** Writes; where the reader has gone, the script ends after the line. */
async function written(io: Io, text: string): Promise<void> {
  try {
    await write(io.stdout, text);
  } catch (error) {
    if (!(error instanceof OutputError && error.isBrokenPipe)) {
      throw error;
    }
  }
}

/** Notes that the reader of a stream has gone. */
class WatchedOutput {
  readonly stream: OutputStream;
  isReaderGone = false;

  constructor(own: OutputStream) {
    // Programs that the shell starts need the descriptor of the stream.
    this.stream = Object.create(own, {
      write: {
        value: (chunk: string | Uint8Array, done: (error?: Error | null) => void) =>
          own.write(chunk, (error) => {
            this.isReaderGone ||= error != null && 'code' in error && error.code === 'EPIPE';
            done(error);
          }),
      },
    }) as OutputStream;
  }
}
