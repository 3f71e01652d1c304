// Imports a lot: an extraction joins arguments, the search, an analyzer, output and the terminal.
import { extract as analyzer } from '@vmcorekit/analyzers';
import { plural, printable } from '@vmcorekit/core';
import { filesJson, type JsonObject, plainJson } from '@vmcorekit/report';
import { checkDumpFirst } from '../arguments/dump-first.ts';
import { flag, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { standardStream } from '../dumps/open-input.ts';
import { settleLayout } from '../dumps/settle-layout.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { writeRemarks } from '../terminal/remarks.ts';
import { noAnswer } from '../terminal/report-error.ts';
import { type ExtractedFile, extractFile } from '../writing/extract-file.ts';
import { refuseInput } from '../writing/refuse-input.ts';

export const extract: Command = defineCommand({
  operands: [
    { name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' },
    { name: 'PATH' },
  ],
  options: {
    output: value('FILE', 'write the file to FILE, which only its owner may read', (path) => path, {
      completes: 'file',
    }),
    task: value('TASK', 'follow PATH from the root of this task (default 1)', (word) => word),
    'zero-fill': flag('write zeros in place of what the dump does not hold'),
    force: flag('replace FILE if it exists', 'f'),
    ...locateOptionTable,
  },
  details: [
    'Writes a file that the guest had in its page cache. PATH is a path in the guest, or the ' +
      'address of an inode. It may also be what files and vm show of a file in use, like ' +
      '"/tmp/gone (deleted)". Without --output, shows only how much of it the dump holds.',
    'Each page must name the file and its place in it. If a part is missing, nothing is written: ' +
      'the parts are listed with the reason, and --zero-fill writes zeros in their place. Holes ' +
      'of files in memory (tmpfs) are zeros and not missing. Several DUMPs are the parts of one ' +
      'split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'the whole file is in the dump, or --zero-fill was given',
    1: 'there is no such file in memory, or a part of it is missing',
  },
  examples: [
    'vmcore /bin/busybox --output busybox',
    'vmcore /etc/passwd',
    "vmcore '/tmp/gone (deleted)' --output gone --zero-fill",
  ],
  async run(invocation) {
    const { toolkit, io, global, options, operands } = invocation;
    checkDumpFirst('extract', operands, invocation.here);
    const paths = operands.slice(0, -1);
    const { output, task } = options;
    if (output === standardStream) {
      throw new UsageError('--output: a file is written, not standard output');
    }
    if (output !== undefined) {
      refuseInput(paths, [output]);
    }
    const search = await locateOptionsOf(toolkit, options);
    return await withDump(invocation, paths, async (dump) => {
      await settleLayout(invocation, dump);
      const verdict = await locateKernel(invocation, dump, search);
      const unmet = unmetChoice(dump, search, verdict);
      if (unmet !== undefined) {
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because: unmet });
      }
      const asked = { path: operands.at(-1) ?? '', ...(task === undefined ? {} : { task }) };
      using line = new ProgressLine(io, global.quiet);
      const {
        text,
        data,
        remarks = [],
      } = await toolkit.analyze(analyzer, dump, verdict, asked, {
        signal: io.signal,
        onProgress: (progress) => line.show(progress, dump.files[0] ?? ''),
      });
      line[Symbol.dispose]();
      await writeRemarks(invocation, dump, remarks);
      const lines = text.filter((part) => typeof part === 'string');
      if (data === null) {
        const [because = ''] = lines;
        return await noAnswer(io, global.json, dump, { code: 'no-file', because });
      }
      const isWhole = data.missingInBytes === 0;
      const isWritten = output !== undefined && (isWhole || options['zero-fill']);
      const written = isWritten
        ? await extractFile(invocation, dump, data, output, options.force)
        : null;
      await writeAnswer(
        invocation,
        () => ({
          schema: 1,
          ...filesJson(dump.files),
          ...(plainJson(data) as JsonObject),
          output: written === null ? null : { ...written },
        }),
        () => [...lines, ...writtenLines(written), ''].join('\n'),
      );
      if (output !== undefined && !isWritten) {
        const because = 'a part of the file is missing, so nothing was written (or --zero-fill)';
        await writeRemarks(invocation, dump, [because]);
      }
      return isWhole || isWritten ? exitStatus.answered : exitStatus.unanswered;
    });
  },
});

function writtenLines(written: ExtractedFile | null): string[] {
  if (written === null) {
    return [];
  }
  const { path, sizeInBytes, sha256 } = written;
  const hash = sha256 === null ? '' : `, SHA-256 ${sha256}`;
  return [`wrote ${printable(path)}: ${plural(sizeInBytes, 'byte')}${hash}`];
}
