import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { fishScript } from '../../dist/completion/fish.js';
import { isInstalled, ShellFolder, word } from './shells.ts';
import { oddChoice, oddTable, ownTable } from './tables.ts';

/** What fish offers for each line, without the descriptions. */
function offers(folder: ShellFolder, lines: readonly string[]): string[][] {
  const text = `
source ./script
for line in ${lines.map((line) => word(line).replaceAll("'\\''", "\\'")).join(' ')}
    complete -C "vmcorekit $line"
    echo ----
end
`;
  const offered: string[][] = [];
  let own: string[] = [];
  for (const line of folder.run('fish', ['--no-config'], text)) {
    if (line === '----') {
      offered.push(own.sort());
      own = [];
    } else {
      own.push(line.split('\t')[0] ?? '');
    }
  }
  return offered;
}

describe('completion in fish', () => {
  before(function () {
    if (!isInstalled('fish')) {
      this.skip();
    }
  });

  it('completes commands, options, values, names of plug-ins and files', async () => {
    const folder = new ShellFolder(fishScript(await ownTable()));
    try {
      const cases: readonly (readonly [line: string, offers: readonly string[]])[] = [
        ['ver', ['verify']],
        ['help ver', ['verify']],
        ['--no-conf', ['--no-config']],
        ['probe --verb', ['--verbose']],
        ['--quiet probe --verb', ['--verbose']],
        ['convert --compression z', ['zlib', 'zstd']],
        ['convert --compression=zs', ['--compression=zstd']],
        ['probe --only ', ['cr3-walk', 'idt', 'step-scan']],
        ['probe --only idt,cr', ['idt,cr3-walk']],
        ['probe --only=idt,cr', ['--only=idt,cr3-walk']],
        ['analyze mem', ['memory-map']],
        ['analyze --skip idt mem', ['memory-map']],
        ['analyze memory-map my', ['my dump']],
        ['probe --config my', ['my dump']],
        ['init x', []],
        ['completion z', ['zsh']],
        ['fl', ['fleet']],
        ['fleet re', ['results', 'retry']],
        ['help fleet st', ['status']],
        ['fleet add --prio', ['--priority']],
        ['fleet results --outcome cr', ['crashed']],
        ['fleet add -r my', ['my dump']],
      ];
      expect(
        offers(
          folder,
          cases.map(([line]) => line),
        ),
      ).to.deep.equal(cases.map(([, offered]) => offered));
      expect(folder.calls).to.equal(1);
    } finally {
      folder.remove();
    }
  });

  it('takes no text of a table for its own', () => {
    const folder = new ShellFolder(fishScript(oddTable()));
    try {
      const [way, operand] = offers(folder, ['odd --way it', 'odd it']);
      expect(way).to.deep.equal(operand);
      expect(way).to.deep.equal([oddChoice]);
      expect(existsSync(join(folder.path, 'oops'))).to.equal(false);
    } finally {
      folder.remove();
    }
  });
});
