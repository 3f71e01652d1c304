import { noConfiguration } from '@vmcorekit/config';
import type { Plugin } from '@vmcorekit/core';
import { parseArguments } from '../../dist/arguments/parse-arguments.js';
import { commands } from '../../dist/commands/index.js';
import { globalOptions } from '../../dist/global-options.js';
import { Here } from '../../dist/here/here.js';
import { runHere } from '../../dist/here/run-here.js';
import { createDefaultToolkit } from '../../dist/library/default-toolkit.js';
import { MemoryStream } from './run-cli.ts';

/** Opens a dump for several commands, with plug-ins of the test. */
export async function openHere(path: string, plugins: readonly Plugin[] = []): Promise<Here> {
  const { options: global } = parseArguments([], globalOptions);
  return await Here.open({
    io: io().io,
    global,
    composition: {
      toolkit: createDefaultToolkit(plugins),
      configuration: noConfiguration,
      plugins: { loaded: [], failed: [] },
    },
    commands,
    paths: [path],
    search: {},
  });
}

/** Runs a command on the open dump; the answer is what it wrote. */
export async function runOn(here: Here, args: readonly string[], signal?: AbortSignal) {
  const { io: world, stdout, stderr } = io(signal);
  const status = await runHere(args, world, here);
  return { status, stdout: stdout.text, stderr: stderr.text };
}

function io(signal: AbortSignal = new AbortController().signal) {
  const stdout = new MemoryStream(undefined);
  const stderr = new MemoryStream(undefined);
  return { io: { stdout, stderr, env: {}, folder: '/', signal }, stdout, stderr };
}
