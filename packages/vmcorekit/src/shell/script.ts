import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, write } from '../io.ts';
import { Evaluator } from './evaluator.ts';
import { readShellLine, shellCommands } from './read-shell-line.ts';
import { type LineRunner, runLine } from './run-line.ts';

/** What a script ended with. */
export interface ScriptEnd {
  /** That of the first line that failed. */
  readonly status: ExitStatus;
  /** True if a line left the shell. */
  readonly hasLeft: boolean;
}

/** Runs lines one after another. Goes on after one that failed, as crash does. */
export async function runScript(
  runner: LineRunner,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<ScriptEnd> {
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
      const { output, isFailed } = await evaluator.run(text);
      await (isFailed ? complain(io, output) : write(io.stdout, output));
      status = isFailed ? exitStatus.usage : exitStatus.answered;
    } else if (line.kind !== 'nothing') {
      status = await runLine(runner, line);
    }
    first = first === exitStatus.answered ? status : first;
  }
  const isCut = evaluator.isWaiting;
  if (isCut) {
    await complain(io, 'vmcorekit: the script ends within an expression\n');
  }
  return {
    status: isCut && first === exitStatus.answered ? exitStatus.usage : first,
    hasLeft: false,
  };
}
