import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bashScript } from '../../dist/completion/bash.js';
import { isInstalled, ShellFolder, word } from './shells.ts';
import { oddChoice, oddTable, ownTable } from './tables.ts';

/** Whether bash offers files itself where the function replies nothing. */
const files = '<files>';

/** Completes each line, given as words of which the last is unfinished, in one shell. */
function replies(folder: ShellFolder, lines: readonly (readonly string[])[]): string[][] {
  const text = `
set -u
compopt() { offers=$*; }
source ./script
for line in ${lines.map((words) => word(words.map(word).join(' '))).join(' ')}; do
  eval "COMP_WORDS=(vmcorekit $line)"
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) offers=files
  _vmcorekit vmcorekit
  printf '<%s>' "\${COMPREPLY[@]-}" "$offers"
  echo
done
`;
  return folder
    .run('bash', ['--norc'], text)
    .map((line) => line.slice(1, -1).split('><'))
    .map(([...all]) => {
      const offers = all.pop();
      return offers === '+o default +o bashdefault'
        ? all
        : [...all.filter((reply) => reply !== ''), `<${offers}>`];
    });
}

describe('completion in bash', () => {
  before(function () {
    if (!isInstalled('bash')) {
      this.skip();
    }
  });

  it('completes commands, options, values, names of plug-ins and files', async () => {
    const folder = new ShellFolder(bashScript(await ownTable()));
    try {
      const cases: readonly (readonly [line: readonly string[], replies: readonly string[]])[] = [
        [['ver'], ['verify']],
        [['help', 'ver'], ['verify']],
        [['--no-conf'], ['--no-config']],
        [['probe', '--verb'], ['--verbose']],
        [['--quiet', 'probe', '--verb'], ['--verbose']],
        [
          ['convert', '--compression', 'z'],
          ['zlib', 'zstd'],
        ],
        [['convert', '--compression', '=', 'zs'], ['zstd']],
        [
          ['convert', '--compression', '='],
          ['none', 'zlib', 'lzo', 'snappy', 'zstd'],
        ],
        [
          ['probe', '--only', ''],
          ['cr3-walk', 'idt', 'step-scan'],
        ],
        [['probe', '--only', 'idt,cr'], ['idt,cr3-walk']],
        [['analyze', 'mem'], ['memory-map']],
        [['analyze', '--skip', 'idt', 'mem'], ['memory-map']],
        [['analyze', 'memory-map', 'my'], [files]],
        [['probe', '--config', ''], [files]],
        [['probe', 'a', 'b', ''], [files]],
        [['init', 'x'], ['']],
        [['completion', 'z'], ['zsh']],
        [['fl'], ['fleet']],
        [
          ['fleet', 're'],
          ['results', 'retry'],
        ],
        [['--quiet', 'fleet', '--quiet', 'st'], ['status']],
        [['help', 'fleet', 'st'], ['status']],
        [['fleet', 'add', '--prio'], ['--priority']],
        [['fleet', 'results', '--outcome', 'cr'], ['crashed']],
        [['fleet', 'add', '-r', 'my'], [files]],
      ];
      expect(
        replies(
          folder,
          cases.map(([line]) => line),
        ),
      ).to.deep.equal(cases.map(([, reply]) => reply));
      expect(folder.calls).to.equal(1);
    } finally {
      folder.remove();
    }
  });

  it('takes no text of a table for its own', () => {
    const folder = new ShellFolder(bashScript(oddTable()));
    try {
      const quoted = folder.run('bash', ['--norc'], `printf '%q\\n' ${word(oddChoice)}`);
      expect(
        replies(folder, [
          ['odd', '--way', 'it'],
          ['odd', 'it'],
          ['odd', '--in-folder', ''],
        ]),
      ).to.deep.equal([quoted, quoted, ['<+o default +o bashdefault -o dirnames>']]);
      expect(existsSync(join(folder.path, 'oops'))).to.equal(false);
    } finally {
      folder.remove();
    }
  });
});
