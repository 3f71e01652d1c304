import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { type CliWorld, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-script-'));

const dump = writeKernelDump({ variables: { elfcorehdr_addr: 0n } }).path;

async function shell(lines: readonly string[], args: readonly string[] = [], world: CliWorld = {}) {
  const stdin = Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(''))]);
  return await runCli(['shell', ...args, dump], { stdin, folder, ...world });
}

describe('vmcorekit shell with a script', () => {
  it('runs commands without DUMP, and JavaScript with the kernel', async () => {
    const { status, stdout } = await shell([
      '# a comment',
      'sym linux_banner | tr a-z A-Z',
      "sym('linux_banner') === kernel.symbols.find('linux_banner').address",
      "Buffer.from(read('linux_banner', 13)).toString()",
      'const twice = (n) => {',
      '  return 2 * n;',
      '};',
      'await Promise.resolve(twice(21))',
    ]);
    expect(stdout).to.contain('LINUX_BANNER').and.to.contain("true\n'Linux version'\n42\n");
    expect(status).to.equal(0);
  });

  it('refuses an address that JavaScript rounded to another one', async () => {
    const { status, stdout, stderr } = await shell([
      'const at = kernel.symbols.find("linux_banner").address',
      'read(Number(at + 1n), 8)',
      'sym(Number(at + 1n))',
      'read(0.5, 8)',
      'sym(at)',
    ]);
    expect(stderr.match(/write them with n at the end, 0x…n/g)).to.have.length(3);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "'linux_banner'\n" });
  });

  it('reads no address of a process out of the process that a CPU ran', async () => {
    const { status, stderr } = await shell(['read(0x401000n, 8)', 'list -o 0 401000']);
    expect(stderr.match(/0x401000 is not mapped: it is an address of a process/g)).to.have.length(
      2,
    );
    expect(status).to.equal(2);
  });

  it('goes on after a line that failed, and ends with its status', async () => {
    const { status, stdout, stderr } = await shell(['read 0', 'throw new Error("no")', '1 + 1']);
    expect(stdout).to.equal('2\n');
    expect(stderr).to.contain('LENGTH is missing').and.to.contain('Error: no');
    expect(status).to.equal(2);
  });

  it('says where in the line an error is, and nothing of where Node ran it', async () => {
    const { stderr } = await shell(['const f = () => none.x;', 'f()', 'man bt', 'echo']);
    const hint = 'A line that begins with no command is JavaScript; help lists the commands.\n';
    expect(stderr).to.contain(
      `ReferenceError: none is not defined\n    at f (shell:1:22)\n    at shell:1:1\n${hint}`,
    );
    expect(stderr).to.contain(`SyntaxError: Unexpected identifier 'bt'\n${hint}`);
    expect(stderr).to.contain(`echo is not defined\n    at shell:1:1\n${hint}`);
    expect(stderr).not.to.contain('node:');
  });

  it('leaves at exit, and lets go of an input that has no end', async () => {
    const stdin = new PassThrough();
    stdin.write('1\nexit\n2\n');
    expect((await shell([], [], { stdin })).stdout).to.equal('1\n');
    expect(stdin.destroyed).to.equal(true);
  });

  it('writes to a file, and never to the dump', async () => {
    await shell(['sym linux_banner > out', 'sym linux_banner >> out']);
    expect(readFileSync(join(folder, 'out'), 'utf8').match(/linux_banner/g)).to.have.length(2);
    const { status, stderr } = await shell([`sym linux_banner > "${dump}"`]);
    expect(stderr).to.contain(dump);
    expect(status).to.equal(2);
  });

  it('leaves a file as it was where the line is refused, and empties it for no answer', async () => {
    writeFileSync(join(folder, 'kept'), 'old');
    await shell(['sym --nosuch > kept', 'ps -Z > kept', 'read 0 > kept', 'nosuch | > kept']);
    expect(readFileSync(join(folder, 'kept'), 'utf8')).to.equal('old');
    await shell(['sym --match qqq > kept']);
    expect(readFileSync(join(folder, 'kept'), 'utf8')).not.to.contain('old');
  });

  it('ends the wait for the reader of a named pipe by Ctrl-C', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const catchInterrupts = (handler: () => void) => {
      setImmediate(handler);
      return { [Symbol.dispose]: () => {} };
    };
    const { status, stderr } = await shell(['sym linux_banner > pipe', '6 * 7'], [], {
      catchInterrupts,
    });
    expect(stderr).to.contain('ended by Ctrl-C');
    expect(status).to.equal(130);
  });

  it('says before the work that a file cannot be written', async () => {
    const { status, stderr } = await shell(['sym linux_banner > none/such']);
    expect(stderr).to.match(/output cannot be written/);
    expect(status).to.equal(2);
  });

  it('ends when the reader of its output has gone', async () => {
    const stdoutError = Object.assign(new Error('gone'), { code: 'EPIPE' });
    for (const [index, line] of ['sym linux_banner', '6 * 7'].entries()) {
      const { status } = await shell([line, `sym linux_banner > late${index}`], [], {
        stdoutError,
      });
      expect(existsSync(join(folder, `late${index}`)), line).to.equal(false);
      expect(status).to.equal(0);
    }
  });

  it('ends with the status of a command that a word of crash ran among its lines', async () => {
    const { status, stdout } = await shell(['list -s nosuch elfcorehdr_addr', '1 + 1']);
    expect(stdout).to.match(/^[0-9a-f]{16}\nno answer to nosuch: .*\n2\n$/);
    expect(status).to.equal(1);
  });

  it('runs the lines of --input, and leaves with --batch', async () => {
    const path = writeTemporaryFile('triage.txt', Buffer.from('6 * 7\n'));
    const { status, stdout } = await shell(['never'], ['-i', path, '--batch']);
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: '42\n' });
  });

  it('fails at a promise that is rejected and that no line awaits', async () => {
    for (const line of [
      "Promise.reject(new Error('lost'))",
      "new Promise((_, no) => setTimeout(() => no(new Error('lost')), 50))",
    ]) {
      const { status, stdout, stderr } = await shell([line, '1 + 1']);
      expect(stderr, line).to.contain('Error: lost');
      expect(stdout).to.match(/2\n$/);
      expect(status).to.equal(2);
    }
    const { status } = await shell(["kept = Promise.reject(new Error('no')).catch(() => 1)"]);
    expect(status).to.equal(0);
  });

  it('says that a script ends within an expression', async () => {
    const { status, stderr } = await shell(['twice(']);
    expect(stderr).to.contain('ends within an expression');
    expect(status).to.equal(2);
  });

  it('runs no module of a folder near here', async () => {
    const { stderr } = await shell(["require('evil')"]);
    expect(stderr).to.contain('give the path of the module');
    expect((await shell(["typeof require('fs').readFileSync"])).stdout).to.equal("'function'\n");
  });

  it('prints no escape sequence that console.log is given', async () => {
    const { stdout } = await shell(['console.log("\\x1b[2Jwiped")']);
    expect(stdout).to.equal('\\x1b[2Jwiped\n');
  });
});
