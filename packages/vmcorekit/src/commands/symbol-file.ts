// Imports a lot: it joins arguments, the search, output and the terminal.
import { isVmcorekitError, plural, printable } from '@vmcorekit/core';
import type { SymbolFileReport } from '@vmcorekit/gdb';
import { filesJson } from '@vmcorekit/report';
import { flag } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { standardStream } from '../dumps/open-input.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { writeRemarks } from '../terminal/remarks.ts';
import { noAnswer } from '../terminal/report-error.ts';
import { refuseInput } from '../writing/refuse-input.ts';
import { writeSymbolFile } from '../writing/symbol-file.ts';

export const symbolFile: Command = defineCommand({
  operands: [
    { name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' },
    { name: 'OUT', completes: 'file' },
  ],
  options: { force: flag('replace OUT if it exists', 'f'), ...locateOptionTable },
  details: [
    'Writes an ELF file that gdb takes in place of a vmlinux, out of the dump alone. No debug ' +
      'package is needed. It has the symbols of the kernel and its modules, and the types that ' +
      'the kernel keeps about itself. It also has rules to leave each function.',
    'With it, bt, ptype and print work in gdb. It holds no code, no data and no lines of source. ' +
      'Several DUMPs are the parts of one split dump, in any order.',
    "To read it without a dump, start gdb by 'gdb -s OUT', which says that data cannot be read. " +
      "'gdb OUT' shows zeros for them. gdbserver gives gdb such a file by itself.",
  ],
  exits: {
    ...dumpExits,
    0: 'OUT was written',
    1: 'no kernel was found in this dump, or it has no symbols',
  },
  examples: ['vmcore symbols.elf', '--force vmcore symbols.elf'],
  async run(invocation) {
    const { toolkit, io, global, options, operands } = invocation;
    const paths = operands.slice(0, -1);
    const out = operands.at(-1) ?? '';
    if (out === standardStream) {
      throw new UsageError('OUT: a file is written, not standard output');
    }
    refuseInput(paths, [out]);
    const search = await locateOptionsOf(toolkit, options);
    return await withDump(invocation, paths, async (dump) => {
      const verdict = await locateKernel(invocation, dump, search);
      const unmet = unmetChoice(dump, search, verdict);
      const kernel = unmet === undefined ? await toolkit.openKernel(dump, verdict) : null;
      if (kernel === null) {
        const because = unmet ?? verdict.explanation;
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because });
      }
      let report: SymbolFileReport;
      try {
        report = await writeSymbolFile(invocation, kernel, out, options.force);
      } catch (error) {
        if (!isVmcorekitError(error, 'unsupported')) {
          throw error;
        }
        return await noAnswer(io, global.json, dump, {
          code: 'unsupported',
          because: error.message,
        });
      }
      const { symbolCount, hasFrames, hasTypes, remarks } = report;
      await writeRemarks(invocation, dump, remarks);
      const sizeInBytes = report.bytes.length;
      await writeAnswer(
        invocation,
        () => ({
          schema: 1,
          ...filesJson(dump.files),
          output: { path: out, sizeInBytes },
          symbols: symbolCount,
          hasFrames,
          hasTypes,
          remarks: [...remarks],
        }),
        () => `wrote ${printable(out)}: ${plural(sizeInBytes, 'byte')}, ${contents(report)}\n`,
      );
      return exitStatus.answered;
    });
  },
});

function contents({ symbolCount, hasFrames, hasTypes }: SymbolFileReport): string {
  return [
    plural(symbolCount, 'symbol'),
    ...(hasFrames ? ['rules to leave functions'] : []),
    ...(hasTypes ? ['types'] : []),
  ].join(', ');
}
