import { expect } from 'chai';
import { commands } from '../dist/commands/index.js';
import { usualKernel, writeFakeDump } from './support/fake-dump.ts';
import { fakeToolkit } from './support/fake-plugin.ts';
import { runCli } from './support/run-cli.ts';

const noToolkit = () => {
  throw new Error('composing the plug-ins was not needed');
};

describe('the command line', () => {
  it('shows help on stderr and exits with 2 where no command is given', async () => {
    const { status, stdout, stderr } = await runCli([], { toolkit: noToolkit });
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    expect(stderr).to.include('Usage: vmcorekit COMMAND').and.include('probe');
  });

  // Only the usage went to stderr: a reader of the JSON got nothing.
  it('gives an error as an object too where JSON is asked for and no command is given', async () => {
    const { status, stderr, json } = await runCli(['--json'], { toolkit: noToolkit });
    expect(status).to.equal(2);
    expect(stderr)
      .to.include('Usage: vmcorekit COMMAND')
      .and.match(/\nvmcorekit: COMMAND is missing\n$/);
    expect(json()).to.deep.equal([
      { schema: 1, error: { code: 'usage', message: 'COMMAND is missing' } },
    ]);
  });

  it('shows help, a command’s help and the version without composing plug-ins', async () => {
    for (const args of [
      ['--help'],
      ['help'],
      ['probe', '--help'],
      ['help', 'probe'],
      ['--version'],
      ['probe', '-V'],
    ]) {
      const { status, stderr } = await runCli(args, { toolkit: noToolkit });
      expect({ status, stderr }, args.join(' ')).to.deep.equal({ status: 0, stderr: '' });
    }
  });

  it('makes a command’s help out of its option table', async () => {
    const { stdout } = await runCli(['help', 'probe']);
    expect(stdout).to.match(/Usage: vmcorekit probe \[OPTION\]\.\.\. DUMP\.\.\./);
    expect(stdout).to.match(/-a, --all {2,}run every heuristic/);
    expect(stdout).to.match(/--symbols FILE {2,}[^-]*\(repeatable\)/);
  });

  it('names the options of every command in the general help only', async () => {
    const { stdout } = await runCli(['help'], { toolkit: noToolkit });
    const pointer = 'Options of every command (--json, --quiet, --color, ...): vmcorekit --help';
    for (const option of ['--json', '--quiet', '--color WHEN', '--no-config', '--version']) {
      expect(stdout).to.match(new RegExp(`^ .* ${option} `, 'm'));
    }
    for (const { name } of commands) {
      const help = await runCli(['help', name], { toolkit: noToolkit });
      expect(help.stdout, name).to.match(/\n\nExit status\n {2}0 {2}\S.*\n(.*\n)* {2}2 {2}\S/);
      expect(help.stdout, name).not.to.match(
        /^ {2}(-\w,| {3}) --(json|quiet|color|debug|no-config|help)\b/m,
      );
      expect(help.stdout.trimEnd().split('\n').at(-1), name).to.equal(pointer);
    }
  });

  it('names the words of other tools and the command that each runs', async () => {
    const { stdout } = await runCli(['--help'], { toolkit: noToolkit });
    const help = stdout.replace(/\s+/g, ' ');
    expect(help).to.include('dmesg (log)');
    expect(help).to.include('sys (describe)');
    expect(help).to.include('ls (probe --table -r)');
  });

  it('says when find and describe exit with 1', async () => {
    for (const name of ['find', 'describe']) {
      const { stdout } = await runCli(['help', name], { toolkit: noToolkit });
      expect(stdout, name).to.match(/\n\nExit status\n {2}0 {2}\S.*\n {2}1 {2}n\S/);
    }
  });

  it('keeps every help within 80 columns, with no space at the end of a line', async () => {
    const { stdout: general } = await runCli(['--help'], { toolkit: noToolkit });
    const names = [...general.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = '']) => name);
    expect(names).to.include.members(['probe', 'repair', 'init']);
    for (const args of [[], ...names.map((name) => [name])].map((topic) => [...topic, '--help'])) {
      const { stdout } = await runCli(args, { toolkit: noToolkit });
      expect(
        stdout.split('\n').filter((line) => line.length > 80 || line.endsWith(' ')),
        args.join(' '),
      ).to.deep.equal([]);
    }
  });

  it('says its version as JSON when asked', async () => {
    const { stdout, json } = await runCli(['--version', '--json']);
    const { stdout: plain } = await runCli(['--version']);
    expect(json()).to.deep.equal([{ schema: 1, version: plain.trim() }]);
    expect(stdout.endsWith('\n')).to.equal(true);
  });

  const mistakes: readonly (readonly [args: string[], message: string])[] = [
    [['prob'], "there is no command 'prob' (did you mean 'vmcorekit probe'?)"],
    [
      ['quux'],
      `there is no command 'quux' (there are ${commands.map(({ name }) => name).join(', ')})`,
    ],
    [['./vmcore'], "there is no command './vmcore' (did you mean 'vmcorekit probe ./vmcore'?)"],
    [['probe', '--jsn', 'x'], 'there is no option --jsn (did you mean --json?)'],
    [['probe', '-z', 'x'], 'there is no option -z'],
    [['-v'], 'there is no option -v (-V is --version)'],
    [['probe', '-A', 'x'], 'there is no option -A (-a is --all)'],
    [['info', ''], 'an argument is empty (usage: vmcorekit info [OPTION]... DUMP...)'],
    [['probe', '-rf.vmcore', 'x'], 'there is no option -f (a file? ./-rf.vmcore)'],
    [['rd', 'x'], "there is no command 'rd' (did you mean 'vmcorekit read'?)"],
    [['strings', 'x'], "there is no command 'strings' (did you mean 'vmcorekit find --text'?)"],
    [
      ['sbitmapq', 'x'],
      "there is no command 'sbitmapq': crash and drgn show IPC objects; 'vmcorekit probe DUMP' names the " +
        'command to open it with',
    ],
    [['help', 'pahole'], "there is no command 'pahole' (did you mean 'vmcorekit struct'?)"],
    [['probe'], 'DUMP is missing (usage: vmcorekit probe [OPTION]... DUMP...)'],
    [['trust', 'a', 'b'], "unexpected argument 'b' (usage: vmcorekit trust [OPTION]... FILE)"],
    [
      ['read', 'a', '0'],
      'LENGTH is missing (usage: vmcorekit read [OPTION]... DUMP... ADDRESS LENGTH)',
    ],
    [['probe', '--all=yes', 'x'], "--all takes no value, got 'yes'"],
    [['probe', 'x', '--time-limit'], '--time-limit needs a value: --time-limit TIME'],
    [['probe', '--time-limit', '--all', 'x'], '--time-limit needs a value: --time-limit TIME'],
    [
      ['probe', '--time-limit', '1', '--time-limit', '2', 'x'],
      '--time-limit was given more than once',
    ],
    [
      ['probe', '--time-limit', 'soon', 'x'],
      "--time-limit: got 'soon', allowed is a time above zero, like 500 ms, 5 s or 2 min",
    ],
    [['probe', '--only', 'a,,b', 'x'], "--only: got 'a,,b', wanted names separated by commas"],
  ];
  for (const [args, message] of mistakes) {
    it(`says what is wrong with: ${args.join(' ')}`, async () => {
      const { status, stdout, stderr } = await runCli(args, { toolkit: noToolkit });
      expect({ status, stdout, stderr }).to.deep.equal({
        status: 2,
        stdout: '',
        stderr: `vmcorekit: ${message}\n`,
      });
    });
  }

  it('gives a usage error as an object too where JSON is asked for', async () => {
    const { status, json, stderr } = await runCli(['--json', 'probe']);
    expect(status).to.equal(2);
    expect(json()).to.have.nested.property('[0].error.code', 'usage');
    expect(stderr).to.match(/^vmcorekit: DUMP is missing/);
  });

  it('takes options of all commands before the command as well', async () => {
    const { status, json } = await runCli(['--json', 'heuristics'], { toolkit: fakeToolkit });
    expect(status).to.equal(0);
    expect(json()).to.have.lengthOf(1);
  });

  it('takes a negative number as the value of an option', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const { status } = await runCli(['probe', '--phys-base', '-0x25600000', path], {
      toolkit: fakeToolkit,
    });
    expect(status).to.equal(0);
  });

  it('shows a stack trace only with --debug', async () => {
    const quiet = await runCli(['info', '/no/such/file'], { toolkit: fakeToolkit });
    const debug = await runCli(['info', '--debug', '/no/such/file'], { toolkit: fakeToolkit });
    expect(quiet.stderr).to.equal('vmcorekit: /no/such/file: no such file\n');
    expect(debug.stderr).to.match(/ {4}at .*file-source/);
  });

  it('ends quietly where the reader of its output has gone', async () => {
    const stdoutError = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const { status, stderr } = await runCli(['heuristics'], { toolkit: fakeToolkit, stdoutError });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
  });

  // verify went on, and complained once for each dump.
  for (const command of ['probe', 'verify', 'info']) {
    it(`ends quietly after the first of many dumps too: ${command} | head`, async () => {
      const stdoutError = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
      const paths = [0, 1, 2].map(() => writeFakeDump({ kernels: [usualKernel] }));
      const world = { toolkit: fakeToolkit, stdoutError };
      const { status, stderr } = await runCli([command, ...paths], world);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    });
  }

  it('says that its output could not be written', async () => {
    const stdoutError = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
    });
    const { status, stderr } = await runCli(['heuristics'], { toolkit: fakeToolkit, stdoutError });
    expect({ status, stderr }).to.deep.equal({
      status: 2,
      stderr: 'vmcorekit: the output cannot be written: no space left on the device\n',
    });
  });

  const diskFull = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
  });

  // The error was to be an object on the same full output: an unhandled rejection, a stack trace
  // and exit status 1.
  for (const args of [
    ['heuristics', '--json'],
    ['--version', '--json'],
    ['--help', '--json'],
    ['info', '--json', '/no/such/file'],
  ]) {
    it(`says in one line that JSON cannot be written: ${args.join(' ')}`, async () => {
      const { status, stderr } = await runCli(args, {
        toolkit: fakeToolkit,
        stdoutError: diskFull,
      });
      const line = 'vmcorekit: the output cannot be written: no space left on the device\n';
      const ofFile = args[0] === 'info' ? 'vmcorekit: /no/such/file: no such file\n' : '';
      expect({ status, stderr }).to.deep.equal({ status: 2, stderr: ofFile + line });
    });
  }

  it('reports a usage error, and that no reader takes its object', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const mistake = "vmcorekit: there is no command 'prob' (did you mean 'vmcorekit probe'?)\n";
    const full = await runCli(['prob', '--json'], { toolkit: noToolkit, stdoutError: diskFull });
    expect(full).to.include({ status: 2 });
    expect(full.stderr).to.equal(
      `${mistake}vmcorekit: the output cannot be written: no space left on the device\n`,
    );
    const quiet = await runCli(['prob', '--json'], { toolkit: noToolkit, stdoutError: gone });
    expect({ status: quiet.status, stderr: quiet.stderr }).to.deep.equal({
      status: 2,
      stderr: mistake,
    });
  });

  // `probe nonexistent 2>/dev/full` exited with 1, "no answer", and a closed pipe there with 0.
  for (const code of ['ENOSPC', 'EPIPE']) {
    it(`keeps its exit status where stderr takes nothing (${code})`, async () => {
      const stderrError = Object.assign(new Error(code), { code });
      for (const [args, status] of [
        [['info', '/no/such/file'], 3],
        [['prob'], 2],
        [[], 2],
      ] as const) {
        expect(
          (await runCli(args, { toolkit: fakeToolkit, stderrError })).status,
          args.join(' '),
        ).to.equal(status);
      }
    });
  }

  it('exits with 130 and says nothing after Ctrl-C', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const { status, stdout, stderr } = await runCli(['probe', path], {
      toolkit: fakeToolkit,
      signal: AbortSignal.abort(),
    });
    expect({ status, stdout, stderr }).to.deep.equal({ status: 130, stdout: '', stderr: '' });
  });
});
