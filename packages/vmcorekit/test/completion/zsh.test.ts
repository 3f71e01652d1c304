import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { zshScript } from '../../dist/completion/zsh.js';
import { isInstalled, ShellFolder, word } from './shells.ts';
import { oddChoice, oddTable, ownTable } from './tables.ts';

/**
 * Each line as it stands once zsh completed it. An interactive zsh in a terminal of its own is
 * driven by another: a key of its own completes, and prints the line.
 */
function completed(folder: ShellFolder, lines: readonly string[]): string[] {
  const text = `
zmodload zsh/zpty
zpty inner zsh -f -i
put() { zpty -w inner "$1" }
wanted() { while zpty -r inner out; do [[ $out == *$1* ]] && return; done; exit 3 }
put "PS1=; unsetopt PROMPT_SP; unset zle_bracketed_paste; stty cols 1000"
put "autoload -Uz compinit; compinit -u -D; source ./script"
put "show() { zle complete-word; print -r -- \\"LI\\"\\"NE<\\$BUFFER>\\"; BUFFER= }"
put "zle -N show; bindkey '^T' show; print REA\\"\\"DY"
wanted READY
for line in ${lines.map(word).join(' ')}; do
  zpty -w -n inner "vmcorekit $line"$'\\x14'
  wanted 'LINE<'
  out=\${out##*LINE<vmcorekit }
  print -r -- "\${out%>*}"
done
`;
  return folder.run('zsh', ['-f'], text);
}

describe('completion in zsh', () => {
  before(function () {
    if (!isInstalled('zsh')) {
      this.skip();
    }
  });

  it('completes commands, options, values, names of plug-ins and files', async () => {
    const folder = new ShellFolder(zshScript(await ownTable()));
    try {
      const cases: readonly (readonly [line: string, completed: string])[] = [
        ['ver', 'verify '],
        ['help ver', 'help verify '],
        ['--no-conf', '--no-config '],
        ['probe --verb', 'probe --verbose '],
        ['--quiet probe --verb', '--quiet probe --verbose '],
        ['convert --compression zs', 'convert --compression zstd '],
        ['convert --compression=zs', 'convert --compression=zstd '],
        ['probe --only cr', 'probe --only cr3-walk,'],
        ['probe --only idt,cr', 'probe --only idt,cr3-walk,'],
        ['analyze mem', 'analyze memory-map '],
        ['analyze --skip idt mem', 'analyze --skip idt memory-map '],
        ['analyze memory-map my', 'analyze memory-map my\\ dump '],
        ['probe --config my', 'probe --config my\\ dump '],
        ['init my', 'init my'],
        ['completion z', 'completion zsh '],
        ['fl', 'fleet '],
        ['fleet st', 'fleet status '],
        ['help fleet st', 'help fleet status '],
        ['fleet add --prio', 'fleet add --priority='],
        ['fleet results --outcome cr', 'fleet results --outcome crashed '],
        ['fleet add -r my', 'fleet add -r my\\ dump '],
      ];
      expect(
        completed(
          folder,
          cases.map(([line]) => line),
        ),
      ).to.deep.equal(cases.map(([, line]) => line));
      expect(folder.calls).to.equal(1);
    } finally {
      folder.remove();
    }
  });

  it('takes no text of a table for its own', () => {
    const folder = new ShellFolder(zshScript(oddTable()));
    try {
      const [way = '', operand = ''] = completed(folder, ['odd --way it', 'odd it']);
      expect(way.replace('--way ', '')).to.equal(operand);
      const [text] = folder.run('zsh', ['-f'], `print -r -- ${operand.replace('odd ', '')}`);
      expect(text).to.equal(oddChoice);
      expect(existsSync(join(folder.path, 'oops'))).to.equal(false);
    } finally {
      folder.remove();
    }
  });
});
