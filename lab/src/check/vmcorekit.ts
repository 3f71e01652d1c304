import { fileURLToPath } from 'node:url';
import { runCommand, runCommandToEnd } from '../run-command.ts';
import type { ProbeOutput, ProbeResult } from './probe-output.ts';

const program = fileURLToPath(new URL('../../../packages/cli/bin/vmcorekit.js', import.meta.url));
/** Far above what any dump of the laboratory should take. */
const patienceInSeconds = 120;

/** Asks the command what it knows of a dump. A command that fails, hangs or answers no JSON is a result too. */
export async function probe(file: string, options: readonly string[]): Promise<ProbeResult> {
  try {
    const result = await runCommandToEnd(process.execPath, [program, 'probe', '--json', ...options, file], {
      timeoutInSeconds: patienceInSeconds,
    });
    if (result.stdout.trim() === '') {
      return { failure: `exit code ${result.exitCode}: ${firstLine(result.stderr)}` };
    }
    const answer = JSON.parse(result.stdout) as ProbeOutput | { readonly error: { readonly message: string } };
    return 'error' in answer ? { failure: answer.error.message } : { output: answer };
  } catch (error) {
    return { failure: firstLine((error as Error).message) };
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

/** The names of the heuristics that are there. @throws {Error} when the command does not tell them. */
export async function listHeuristics(): Promise<readonly string[]> {
  const answer = JSON.parse(await runCommand(process.execPath, [program, 'heuristics', '--json'])) as {
    readonly heuristics: readonly { readonly name: string }[];
  };
  return answer.heuristics.map((heuristic) => heuristic.name);
}

export async function vmcorekitVersion(): Promise<string> {
  return (await runCommand(process.execPath, [program, '--version'])).trim();
}
