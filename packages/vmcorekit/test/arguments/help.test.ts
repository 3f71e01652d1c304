import { expect } from 'chai';
import { commandGroups } from '../../dist/arguments/command-groups.js';
import { generalHelp } from '../../dist/arguments/help.js';
import type { LoadedCommand } from '../../dist/command.js';
import { loadCommands } from '../../dist/command.js';
import { commands } from '../../dist/commands/index.js';
import { generalExits } from '../../dist/exit-status.js';
import { globalOptions } from '../../dist/global-options.js';

type LongSentences = (text: string, kind: 'markdown') => readonly { readonly message: string }[];

const checker = new URL('../../../../scripts/english/findings.mjs', import.meta.url).href;

/** What help says in words, by where it stands. */
function helpTexts(loaded: readonly LoadedCommand[]): [place: string, text: string][] {
  const [introduction = '', start = ''] = generalHelp([], '').split('\n\n');
  return [
    ['--help', introduction],
    ['--help', start],
    ...optionTexts('--help', globalOptions),
    ...Object.values(generalExits).map((text): [string, string] => ['--help', text]),
    ...loaded.flatMap(({ name, summary, command }): [string, string][] => [
      [name, summary],
      ...command.details.map((text): [string, string] => [name, text]),
      ...optionTexts(name, command.options),
      ...Object.values(command.exits).map((text): [string, string] => [name, text]),
    ]),
  ];
}

function optionTexts(
  place: string,
  table: Readonly<Record<string, { readonly summary: string }>>,
): [string, string][] {
  return Object.entries(table).map(([name, { summary }]) => [`${place} --${name}`, summary]);
}

describe('the help', () => {
  let loaded: readonly LoadedCommand[];

  before(async () => {
    loaded = await loadCommands(commands);
  });

  it('has no sentence of more than 25 words', async () => {
    const { longSentences } = (await import(checker)) as { longSentences: LongSentences };
    expect(longSentences('one '.repeat(26), 'markdown')).to.have.length(1);
    const long = helpTexts(loaded).filter(([, text]) => longSentences(text, 'markdown').length > 0);
    expect(long).to.deep.equal([]);
  });

  it('gives each letter of a command one meaning', () => {
    // `workqueue -q` was --quiet, and help said that it shows the workqueues.
    const letters = (table: Readonly<Record<string, { readonly short?: string | undefined }>>) =>
      Object.values(table).flatMap(({ short }) => (short === undefined ? [] : [short]));
    for (const { name, command } of loaded) {
      const all = [...letters(globalOptions), ...letters(command.options)];
      expect(all, name).to.deep.equal([...new Set(all)]);
    }
  });

  it('begins each summary with a verb, in small letters and without a full stop', () => {
    const noVerb = /^(?:an?|the|this|these|so|how|what|with|as|by|for|in|of|to)\b|^[^a-z]|\.$/;
    const summaries = [
      ...optionTexts('--help', globalOptions),
      ...loaded.flatMap(({ name, summary, command }): [string, string][] => [
        [name, summary],
        ...optionTexts(name, command.options),
      ]),
    ];
    expect(summaries.filter(([, text]) => noVerb.test(text))).to.deep.equal([]);
  });

  it('has the summary of each command on one line, in the list and on its own page', () => {
    const list = generalHelp(commands, '').split('\n');
    for (const { name, summary } of commands) {
      expect(list.filter((line) => line.endsWith(` ${summary}`))).to.have.length(1);
      expect(`vmcorekit ${name}: ${summary}`).to.have.length.of.at.most(80);
    }
  });

  it('has every command in a group', () => {
    const names = commandGroups.flatMap((group) => group.names);
    expect(names).to.include.members(commands.map(({ name }) => name));
  });

  // What describe, find and config exit with was not said.
  it('says what 0 and 2 mean for every command, and 3 for those that read a dump', () => {
    for (const { name, command } of loaded) {
      const readsDumps = command.operands.some(({ name: operand }) =>
        ['DUMP', 'A', 'IN', 'PART'].includes(operand),
      );
      expect(command.exits, name).to.include.all.keys(readsDumps ? ['0', '2', '3'] : ['0', '2']);
    }
  });

  // `find` offered no files in a shell.
  it('says of every operand and option that is a file that it is one, for shells', () => {
    const isFile = /^(?:DUMP|A|B|IN|OUT|PART|FILE)$/;
    const values = loaded.flatMap(({ name: command, command: { operands, options } }) => [
      ...operands.map(({ name, completes }) => ({ command, name, completes })),
      ...Object.values(options).map(({ placeholder: name = '', completes }) => {
        return { command, name, completes };
      }),
    ]);
    const files = values.filter(({ name }) => isFile.test(name));
    expect(files).to.have.length.of.at.least(20);
    expect(files.filter(({ completes }) => completes !== 'file')).to.deep.equal([]);
  });
});
