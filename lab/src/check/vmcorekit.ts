import { fileURLToPath } from 'node:url';
import { runCommand, runCommandToEnd } from '../run-command.ts';
import type {
  CompareOutput,
  InfoOutput,
  ProbeOutput,
  ProbeResult,
  Result,
} from './probe-output.ts';
import type { CheckedHeuristic } from './subject.ts';

const program = fileURLToPath(
  new URL('../../../packages/vmcorekit/bin/vmcorekit.cjs', import.meta.url),
);
/** Far more than any dump of the laboratory should take. */
const patienceInSeconds = 120;

type Answer<Output> = { readonly file: string } & (
  | Output
  | { readonly error: { readonly message: string } }
);

/**
 * Asks the command about some dumps. A command that fails, hangs or prints no JSON is a result too.
 * @returns the results by file, without files that the command did not mention.
 */
export async function probe(
  files: readonly string[],
  options: readonly string[],
): Promise<ReadonlyMap<string, ProbeResult>> {
  return ask<ProbeOutput>(files, ['probe', '--json', ...options]);
}

/** Asks the command what a dump holds, including its memory. */
export async function info(file: string): Promise<Result<InfoOutput>> {
  return (await ask<InfoOutput>([file], ['info', '--json'])).get(file) ?? { failure: 'no answer' };
}

/** Asks the command how a dump differs from another. */
export async function compare(file: string, other: string): Promise<Result<CompareOutput>> {
  const answers = await ask<CompareOutput>([file, other], ['compare', '--json']);
  return [...answers.values()][0] ?? { failure: 'no answer' };
}

/** Asks the command about some dumps; `words` are its name and options. */
export async function ask<Output extends object>(
  files: readonly string[],
  words: readonly string[],
): Promise<ReadonlyMap<string, Result<Output>>> {
  const everyFile = (failure: string): ReadonlyMap<string, Result<Output>> =>
    new Map(files.map((file) => [file, { failure }]));
  try {
    const result = await runCommandToEnd(process.execPath, [program, ...words, ...files], {
      timeoutInSeconds: patienceInSeconds * files.length,
    });
    const lines = result.stdout.split('\n').filter((line) => line !== '');
    if (lines.length === 0) {
      return everyFile(`exit code ${result.exitCode}: ${firstLine(result.stderr)}`);
    }
    const answers = lines.map((line) => JSON.parse(line) as Partial<Answer<Output>>);
    // A command that does not understand its words says so of no file.
    const [first = {}] = answers;
    return first.file === undefined && 'error' in first && first.error !== undefined
      ? everyFile(first.error.message)
      : new Map(answers.map((answer) => resultOf<Output>(answer as Answer<Output>)));
  } catch (error) {
    return everyFile(firstLine((error as Error).message));
  }
}

function resultOf<Output extends object>(
  answer: Answer<Output>,
): readonly [string, Result<Output>] {
  return [answer.file, 'error' in answer ? { failure: answer.error.message } : { output: answer }];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

/** Runs the command for what it does. @throws {Error} with its words when it fails. */
export async function vmcorekit(words: readonly string[]): Promise<void> {
  await runCommand(process.execPath, [program, ...words]);
}

/** The kernel's log in a dump, as text. @throws {Error} with the command's words when it fails. */
export async function readKernelLog(file: string): Promise<string> {
  return runCommand(process.execPath, [program, 'log', file]);
}

/** The installed heuristics. @throws {Error} when the command does not list them. */
export async function listHeuristics(): Promise<readonly CheckedHeuristic[]> {
  const answer = JSON.parse(
    await runCommand(process.execPath, [program, 'heuristics', '--json']),
  ) as { readonly heuristics: readonly CheckedHeuristic[] };
  return answer.heuristics;
}

export async function vmcorekitVersion(): Promise<string> {
  return (await runCommand(process.execPath, [program, '--version'])).trim();
}
