import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { hasTmux, Terminal } from './terminal.ts';

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const bin = pathOf('packages/vmcorekit/bin/vmcorekit.cjs');
const dump = pathOf('fixtures/ovmf-nokaslr/dump.kdump');
const prompt = /\ndump\.kdump> *$/;

/** Yields for ever, and never ends by itself. */
const plugin = `export default { name: 'endless', analyzers: [{
  name: 'endless', summary: 'never ends', options: {},
  *run() { for (;;) yield { kind: 'progress', doing: 'turning in circles', fraction: null }; },
}] };`;

describe('vmcorekit shell in a terminal', function () {
  if (!hasTmux) {
    it('not tried: tmux is not installed');
    return;
  }
  this.timeout(3_600_000);
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-shell-'));
  const state = join(folder, 'state');
  const config = join(folder, 'config.yaml');
  let terminal: Terminal;

  const open = async (options = '') => {
    const env = `XDG_STATE_HOME='${state}' PAGER='less -R' LESS= NO_COLOR=1 PS1='$ '`;
    const line = `cd '${folder}'; ${env} '${process.execPath}' '${bin}' shell ${options} '${dump}'; echo LEFT $?; cat`;
    terminal = new Terminal(line);
    await terminal.shows(prompt);
  };

  before(() => {
    mkdirSync(state);
    writeFileSync(join(folder, 'endless.mjs'), plugin);
    writeFileSync(config, 'plugins: [./endless.mjs]\n');
  });
  afterEach(() => terminal[Symbol.dispose]());
  after(() => rmSync(folder, { recursive: true }));

  it('says which kernel it opened, how sure that is, and what is doubtful', async () => {
    await open();
    expect(terminal.screen).to.match(/^kernel 6\.1\..*\ncertain: .*\nnothing is doubtful/);
  });

  for (const [typed, completed] of [
    ['crash-s', 'crash-summary'],
    ['ps --proc', 'ps --processes'],
    ['sym linux_ban', 'sym linux_banner'],
    ['kernel.linux_ban', 'kernel.linux_banner'],
    ['log > sta', 'log > state/'],
  ] as const) {
    it(`completes '${typed}'`, async () => {
      await open();
      terminal.press(typed, 'Tab');
      await terminal.shows(new RegExp(`\\n\\S+> ${completed.replace(/[.]/g, '\\.')}`));
    });
  }

  it('shows a long answer in the pager, and a short one without it', async () => {
    await open();
    terminal.press('help', 'Enter');
    await terminal.shows(/\n:$/);
    terminal.press('q');
    await terminal.shows(prompt);
    terminal.press('sym linux_banner', 'Enter');
    await terminal.shows(/ linux_banner [\s\S]*\ndump\.kdump> *$/);
  });

  it('ends an expression that loops by Ctrl-C, and goes on', async () => {
    await open();
    terminal.press('console.log("be" + "gun"); while (true) {}', 'Enter');
    await terminal.shows(/\nbegun/);
    terminal.press('C-c');
    await terminal.shows(/the dump is opened again[\s\S]*\ndump\.kdump> *$/);
    terminal.press('6 * 7', 'Enter');
    await terminal.shows(/\n42\ndump\.kdump> *$/);
  });

  it('ends a script by Ctrl-C in an expression that loops', async () => {
    const script = join(folder, 'script');
    writeFileSync(script, '"be" + "gun"\nwhile (true) {}\n"never"\n');
    terminal = new Terminal(
      `'${process.execPath}' '${bin}' shell -i '${script}' --batch '${dump}'; echo LEFT $?; cat`,
    );
    await terminal.shows(/begun/);
    terminal.press('C-c');
    await terminal.shows(/ended by Ctrl-C\nLEFT 130/);
  });

  it('ends a long command by Ctrl-C, and goes on', async () => {
    await open(`--config '${config}'`);
    terminal.press('endless', 'Enter');
    await terminal.shows(/turning in circles/);
    terminal.press('C-c');
    await terminal.shows(/ended by Ctrl-C\n[\s\S]*dump\.kdump> *$/);
    terminal.press('6 * 7', 'Enter');
    await terminal.shows(/\n42\ndump\.kdump> *$/);
  });

  it('keeps a private history for the next run', async () => {
    await open();
    terminal.press('sym linux_banner', 'Enter');
    await terminal.shows(/ linux_banner [\s\S]*\ndump\.kdump> *$/);
    terminal.press('exit', 'Enter');
    await terminal.shows(/\nLEFT 0/);
    terminal[Symbol.dispose]();
    const file = join(state, 'vmcorekit/shell-history');
    expect(readFileSync(file, 'utf8')).to.contain('sym linux_banner');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    await open();
    terminal.press('Up', 'Up');
    await terminal.shows(/\ndump\.kdump> sym linux_banner$/);
  });

  it('keeps none with --no-history', async () => {
    await open('--no-history');
    terminal.press('"un" + "kept"', 'Enter');
    await terminal.shows(/\n'unkept'/);
    terminal.press('C-d');
    await terminal.shows(/\nLEFT 0/);
    expect(readFileSync(join(state, 'vmcorekit/shell-history'), 'utf8')).not.to.contain('kept');
  });

  it('writes to a program, and to a file twice', async () => {
    await open();
    terminal.press('sym linux_banner | tr a-z A-Z', 'Enter');
    await terminal.shows(/ LINUX_BANNER [\s\S]*\ndump\.kdump> *$/);
    terminal.press('sym linux_banner > banner', 'Enter');
    terminal.press('sym linux_banner >> banner', 'Enter');
    terminal.press('!wc -l banner', 'Enter');
    await terminal.shows(/\n4 banner\n/);
  });

  it('fits its answers to a terminal that was resized', async () => {
    await open();
    terminal.resize(60, 24);
    // The system says it by a signal, which may come after the line.
    const wait = 'while (process.stdout.columns !== 60) await new Promise(setImmediate)';
    terminal.press(wait, 'Enter');
    terminal.press('["wide", process.stdout.columns]', 'Enter');
    await terminal.shows(/\[ 'wide', 60 \]/);
  });

  it('prints no escape sequence of a value or an error', async () => {
    await open();
    terminal.press('[String.fromCharCode(27) + "]0;taken"]', 'Enter');
    await terminal.shows(/\[ '\\x1B\]0;taken' \]/);
    terminal.press('throw new Error(String.fromCharCode(27) + "[2Jwiped")', 'Enter');
    await terminal.shows(/Error: \\x1b\[2Jwiped/);
    terminal.press('console.log(String.fromCharCode(27) + "[2Jwiped")', 'Enter');
    await terminal.shows(/\n\\x1b\[2Jwiped/);
  });

  it('ends by itself, and not by a crash, when its terminal goes away', async () => {
    const status = join(folder, 'status');
    const line = `'${process.execPath}' '${bin}' shell --no-history '${dump}'`;
    // A shell that dies of SIGHUP would take the command with it.
    terminal = new Terminal(
      `trap true HUP; ${line}; echo $? > '${status}.new'; mv '${status}.new' '${status}'`,
    );
    await terminal.shows(prompt);
    terminal[Symbol.dispose]();
    while (!existsSync(status)) {
      await setTimeout(100);
    }
    expect(Number(readFileSync(status, 'utf8'))).to.be.below(128);
  });
});
