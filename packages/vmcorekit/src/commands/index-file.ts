import { plural, printable, shownName, sideIndexSuffix } from '@vmcorekit/core';
import type { IdentifiedSource, Toolkit } from '@vmcorekit/engine';
import { errorJson, filesJson, jsonLine } from '@vmcorekit/report';
import { flag } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { standardStream } from '../dumps/open-input.ts';
import { openWithProgress } from '../dumps/open-with-progress.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { asOutputError, complain, write } from '../io.ts';
import { FileOutput } from '../library/writing/outputs.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { reportError } from '../terminal/report-error.ts';
import { refuseInput } from '../writing/refuse-input.ts';

export const indexFile: Command = defineCommand({
  readsAll: true,
  operands: [
    { name: 'FILE', isDump: true, completes: 'file' },
    { name: 'OUT', isOptional: true, completes: 'file' },
  ],
  options: { force: flag('replace OUT if it exists', 'f') },
  details: [
    `Writes the index of a flattened file, by default to FILE${sideIndexSuffix}. Every command ` +
      'looks for it there, and then does not read the whole file first. Put both on a server ' +
      'under these names, and a search fetches a few MB.',
    'The index holds places and sizes, and nothing of the memory. It counts for this very file. ' +
      'One of another file is not used, and the answer says so. For a FILE on a server, give OUT.',
  ],
  exits: {
    ...dumpExits,
    0: 'the index was written',
    1: 'FILE needs no index, or is not complete',
  },
  examples: ['vmcore.flat', '--force vmcore.flat', 'https://dumps.example.com/vmcore.flat out'],
  async run(invocation) {
    const { io, global, options, operands } = invocation;
    const [path = '', given, ...others] = operands;
    if (path === standardStream || given === standardStream || others.length > 0) {
      throw new UsageError('index reads one file, and writes one: neither is a standard stream');
    }
    if (given === undefined && shownName(path).includes('://')) {
      throw new UsageError('OUT: name the file to write, because FILE lies on a server');
    }
    const out = given ?? `${path}${sideIndexSuffix}`;
    refuseInput([path], [out]);
    let file: IdentifiedSource;
    try {
      file = await identifiedAgain(invocation, path);
    } catch (error) {
      io.signal.throwIfAborted();
      return reportError(io, error, { json: global.json, debug: global.debug, files: [path] });
    }
    using identified = file;
    const index = indexOf(invocation.toolkit, identified);
    const files = [identified.file];
    if ('because' in index) {
      const { because } = index;
      await complain(io, `vmcorekit: ${printable(`${identified.file}: ${because}`)}\n`);
      if (global.json) {
        const error = { code: 'no-index', message: because, facts: {} };
        await write(io.stdout, jsonLine(errorJson(error, files)));
      }
      return exitStatus.unanswered;
    }
    const { signal } = io;
    const attempt = <Result>(work: () => Result): Result => asOutputError(work, '--force');
    using output = new FileOutput(out, { mayReplace: options.force, signal, attempt });
    output.writeAt(0, index.bytes);
    await output.commit();
    const sizeInBytes = index.bytes.length;
    await writeAnswer(
      invocation,
      () => ({ schema: 1, ...filesJson(files), output: { path: out, sizeInBytes } }),
      () => `wrote ${printable(out)}: ${plural(sizeInBytes, 'byte')}\n`,
    );
    return exitStatus.answered;
  },
});

async function identifiedAgain(invocation: Invocation, path: string): Promise<IdentifiedSource> {
  const { toolkit, global } = invocation;
  const { source, ...named } = await toolkit.openFile(path, global);
  return await openWithProgress(invocation, path, (driving) =>
    toolkit.identify(source, {
      ...named,
      ...driving,
      format: global.format,
      isIndexedAgain: true,
    }),
  );
}

function indexOf(
  { registry }: Toolkit,
  file: IdentifiedSource,
): { readonly bytes: Uint8Array } | { readonly because: string } {
  const { containers, format, damage } = file;
  const [container] = containers;
  if (container === undefined) {
    return { because: `needs no index: it is a plain file of the format ${format.name}` };
  }
  if (registry.named('containers', container)?.takesSideIndex !== true) {
    return {
      because: `no index of a ${container} file is written: --cache keeps one, convert writes a plain file`,
    };
  }
  const bytes = file.snapshot();
  const [{ detail } = { detail: 'it holds empty records' }] = damage.filter(
    ({ loses }) => loses !== 'nothing',
  );
  return bytes === undefined ? { because: `has no index: ${detail}` } : { bytes };
}
