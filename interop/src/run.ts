import { spawnSync } from 'node:child_process';

export interface Outcome {
  readonly status: number | null;
  /** Both streams, for the message of a failing test. */
  readonly output: string;
}

/** For a peer that hangs; none of them takes a tenth of it, under load. */
const timeLimitInMilliseconds = 3_600_000;

/** Runs a program to its end. Status null: it is not there, or it was stopped. */
export function run(program: string, args: readonly string[], input: string = ''): Outcome {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    timeout: timeLimitInMilliseconds,
    maxBuffer: 2 ** 26,
    env: { ...process.env, PAGER: 'cat' },
  });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}` };
}

/** Ends a test as pending, with the reason in its title. */
export function pending(context: Mocha.Context, why: string): never {
  if (context.test !== undefined) {
    context.test.title += `: not tried: ${why}`;
  }
  return context.skip();
}
