import { fileURLToPath } from 'node:url';
import { type Inputs, vmcorekit } from './inputs.ts';
import type { Contender } from './job.ts';

/** The command, as users have it. */
export function cli(...args: readonly string[]): Contender {
  return {
    tool: 'vmcorekit',
    command: process.execPath,
    args: [vmcorekit, ...args, ...(args.length > 1 ? ['--no-config'] : [])],
  };
}

/** The conversion to KDUMP with a codec. */
export function convert(
  method: string,
  inputs: Inputs,
  workFolder: string,
  workers?: string,
): Contender {
  const threads = workers === undefined ? [] : ['--workers', workers];
  return cli(
    'convert',
    '--force',
    '--quiet',
    '--compression',
    method,
    ...threads,
    inputs.repairedElf,
    `${workFolder}/convert.out`,
  );
}

/** A program of this folder over the library, which says itself what it measured. */
export function workload(name: string, ...args: readonly string[]): Contender {
  const script = fileURLToPath(new URL(`./workloads/${name}.js`, import.meta.url));
  return {
    tool: 'vmcorekit',
    command: process.execPath,
    args: [script, ...args],
    tellsItself: true,
  };
}
