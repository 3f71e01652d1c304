import { parseAddressOperand } from '../arguments/address-operand.ts';
import { flag, value } from '../arguments/option-spec.ts';
import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { wantedOf, wantedOptionTable } from '../arguments/wanted-options.ts';
import { defaultWorkers, workersOption } from '../arguments/workers-option.ts';
import { type Command, defineCommand } from '../command.ts';
import { addressSpaceOptionTable } from '../dumps/address-space-option.ts';
import { findWithProgress } from '../dumps/find-with-progress.ts';
import { searchedMemory } from '../dumps/searched-memory.ts';
import { settleLayout } from '../dumps/settle-layout.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeFound } from '../finding/write-found.ts';
import { noAnswer } from '../terminal/report-error.ts';

const defaultLimit = 1000;
const maxLimit = 1_000_000;
const defaultContextInBytes = 16;
const maxContextInBytes = 4096;

const options = {
  ...wantedOptionTable,
  virtual: flag("search the kernel's virtual memory instead of physical memory"),
  from: value(
    'ADDRESS',
    'begin at this address; with --virtual also a symbol',
    parseAddressOperand,
  ),
  to: value(
    'ADDRESS',
    'end before this address; with --virtual also a symbol',
    parseAddressOperand,
  ),
  limit: value('COUNT', `show at most this many hits (default ${defaultLimit})`, (text, option) =>
    parseCount(text, option, 1, maxLimit),
  ),
  context: value(
    'BYTES',
    `show this many bytes before and after each hit (default ${defaultContextInBytes}); ` +
      '0 shows each hit in one line',
    (text, option) => parseCount(text, option, 0, maxContextInBytes),
  ),
  workers: workersOption('search a large dump'),
  ...rowFormOptionTable,
  ...addressSpaceOptionTable,
};

export const find: Command = defineCommand({
  readsAll: true,
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options,
  details: [
    'Searches memory for a text, bytes or a number. Shows each hit with its physical address, ' +
      'the virtual addresses where the kernel maps it, and the symbol that holds it. Shows its ' +
      'place in the file too, if it is not compressed there.',
    'Also finds hits that cross the end of a page. Counts the pages that cannot be read, and ' +
      'those that the dump does not hold: they may hide hits. Several DUMPs are the parts of one ' +
      'split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'something was found',
    1: 'nothing was found, or there are no page tables or symbols for the search',
  },
  examples: [
    "--text 'Linux version' vmcore",
    "--bytes 'de ad be ef' vmcore",
    '--pointer init_task vmcore',
    '--virtual --u32 0xdeadbeef --from _sdata --to _edata vmcore',
    '-i --text password --context 0 vmcore',
  ],
  async run(invocation) {
    const { io, global, plugins, operands, options: given } = invocation;
    const form = rowFormOf(given, global);
    const wanted = wantedOf(given, operands);
    const isVirtual = given.virtual || given.cpu !== undefined || given.pid !== undefined;
    const { from, to, limit = defaultLimit, context = defaultContextInBytes } = given;
    if (!isVirtual && (typeof from === 'object' || typeof to === 'object')) {
      throw new UsageError('--from and --to take a symbol only with --virtual');
    }
    const threadCount = plugins.loaded.length > 0 ? 1 : (given.workers ?? defaultWorkers());
    return await withDump(invocation, operands, async (dump) => {
      await settleLayout(invocation, dump);
      const asked = { wanted, isVirtual, from, to, limit };
      const searched = await searchedMemory(invocation, given, dump, asked);
      if ('because' in searched) {
        return await noAnswer(io, global.json, dump, searched);
      }
      const found = await findWithProgress(invocation, dump, searched, threadCount, context);
      await writeFound(invocation, form, {
        dump,
        wanted: { pattern: searched.request.pattern, text: wanted.text },
        isVirtual,
        ...found,
        showsBytes: context > 0,
      });
      return found.hits.length === 0 ? exitStatus.unanswered : exitStatus.answered;
    });
  },
});

function parseCount(text: string, option: string, least: number, most: number): number {
  const count = Number(text);
  if (!/^[0-9]{1,9}$/.test(text) || count < least || count > most) {
    throw new UsageError(`${option}: got '${text}', wanted a number from ${least} to ${most}`);
  }
  return count;
}
