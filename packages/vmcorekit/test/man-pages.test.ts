import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadCommands } from '../dist/command.js';
import { commands } from '../dist/commands/index.js';
import { globalOptions } from '../dist/global-options.js';
import { runCli } from './support/run-cli.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const folder = `${packageFolder}man/`;
const pages = readdirSync(folder).sort();

/** What mandoc prints, without its bold type, which is a letter over itself. */
function mandoc(args: readonly string[]): string {
  const { stdout } = spawnSync('mandoc', args, { cwd: folder, encoding: 'utf8' });
  const pieces = stdout.split('\b');
  return pieces
    .map((piece, index) => (index === pieces.length - 1 ? piece : piece.slice(0, -1)))
    .join('');
}

/** The page of `fleet add` is vmcorekit-fleet-add. */
function pageOf(name: string): string {
  return `vmcorekit-${name.replaceAll(' ', '-')}.1`;
}

describe('the man pages', () => {
  it('are one of the tool and one of each command, and all are listed for npm', async () => {
    const names = (await loadCommands(commands)).map(({ name }) => pageOf(name));
    expect(pages).to.deep.equal(['vmcorekit.1', ...names].sort());
    const { man } = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8')) as {
      man: string[];
    };
    expect([...man].sort()).to.deep.equal(pages.map((page) => `man/${page}`));
  });

  describe('in mandoc', () => {
    before(function () {
      if (spawnSync('mandoc', ['-T', 'lint']).error !== undefined) {
        this.skip();
      }
    });

    it('have nothing that it warns of', () => {
      expect(mandoc(['-T', 'lint', '-W', 'warning', ...pages])).to.equal('');
    });

    it('show every option and example as it is typed', async () => {
      for (const { name, command } of await loadCommands(commands)) {
        const text = mandoc(['-T', 'utf8', pageOf(name)]);
        for (const option of Object.keys(command.options)) {
          expect(text).to.match(new RegExp(`^ +(-\\w, )?--${option}( |$)`, 'm'));
        }
        for (const example of command.examples) {
          expect(text).to.include(`  vmcorekit ${name} ${example}`.trimEnd());
        }
      }
      const text = mandoc(['-T', 'utf8', 'vmcorekit.1']);
      for (const option of Object.keys(globalOptions)) {
        expect(text).to.match(new RegExp(`^ +(-\\w, )?--${option}( |$)`, 'm'));
      }
    });

    it('are of the version that the command says', async () => {
      const { stdout } = await runCli(['--version']);
      expect(mandoc(['-T', 'utf8', 'vmcorekit.1'])).to.include(`vmcorekit ${stdout.trim()}`);
    });
  });
});
