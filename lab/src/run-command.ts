import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { killAtExit } from './cleanup.ts';

export interface CommandOptions {
  readonly workingFolder?: string;
  /** A file that is fed to the command's standard input. */
  readonly inputFile?: string;
  /** A file for the command's standard output; then none is returned. */
  readonly outputFile?: string;
  readonly timeoutInSeconds?: number;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end, whatever its exit code. @throws {Error} when it cannot be started or
 * takes too long.
 */
export async function runCommandToEnd(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, commandArguments, {
    cwd: options.workingFolder,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  using guard = killAtExit(child);
  // A command that ends before it has read its input is judged by its exit code, not by the broken
  // pipe.
  child.stdin.on('error', () => undefined);
  if (options.inputFile === undefined) {
    child.stdin.end();
  } else {
    createReadStream(options.inputFile).pipe(child.stdin);
  }
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const saved =
    options.outputFile === undefined
      ? undefined
      : pipeline(child.stdout, createWriteStream(options.outputFile));
  if (saved === undefined) {
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  }
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  let timedOut = false;
  const timeoutInSeconds = options.timeoutInSeconds ?? 600;
  const timer = setTimeout(() => {
    timedOut = true;
    guard[Symbol.dispose]();
  }, timeoutInSeconds * 1000);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    await saved;
    if (timedOut) {
      throw new Error(
        `${command} ${commandArguments.join(' ')}: still running after ${timeoutInSeconds} s`,
      );
    }
    return {
      exitCode,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command and returns its standard output. @throws {Error} with its error output when it
 * fails.
 */
export async function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await runCommandToEnd(command, commandArguments, options);
  if (result.exitCode !== 0) {
    const words = `${result.stderr}${result.stdout}`.trim().split('\n').slice(-5).join('\n');
    throw new Error(
      `${command} ${commandArguments.join(' ')} ended with ${result.exitCode ?? 'a signal'}:\n${words}`,
    );
  }
  return result.stdout;
}
