import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lockFolder } from '../../dist/database/folder-lock.js';

const lockModule = fileURLToPath(new URL('../../dist/database/folder-lock.js', import.meta.url));

/** Source: Linux, include/linux/threads.h, PID_MAX_LIMIT. */
const greatestPid = 2 ** 22;

describe('the lock of a folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleet-lock-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('refuses a second holder with the pid of the first, until it is released', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).to.throw(`${folder}: in use by process ${process.pid}`);
    lock.release();
    lockFolder(folder).release();
  });

  it('is taken over from a process that was killed', () => {
    const script = `
      const { lockFolder } = await import(${JSON.stringify(lockModule)});
      lockFolder(${JSON.stringify(folder)});
      process.kill(process.pid, 'SIGKILL');
    `;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(signal).to.equal('SIGKILL');
    expect(readdirSync(folder)).to.deep.equal(['lock.1']);
    lockFolder(folder);
    expect(readdirSync(folder)).to.deep.equal(['lock.2']);
  });

  it('is taken over if its pid belongs to another process by now', function () {
    lockFolder(folder);
    const file = join(folder, 'lock.1');
    const holder = JSON.parse(readFileSync(file, 'utf8')) as { started: string | null };
    if (holder.started === null) {
      this.skip();
    }
    writeFileSync(file, JSON.stringify({ ...holder, started: '1' }));
    lockFolder(folder);
    expect(readdirSync(folder)).to.deep.equal(['lock.2']);
  });

  it('refuses a holder that it cannot judge, and names the file to remove', () => {
    lockFolder(folder);
    const file = join(folder, 'lock.1');
    const holder = JSON.parse(readFileSync(file, 'utf8')) as object;
    for (const text of [
      JSON.stringify({ ...holder, host: `not-${hostname()}` }),
      JSON.stringify({ ...holder, pidNamespace: 'pid:[1]' }),
      '{',
      'null',
      JSON.stringify({ ...holder, pid: 'many' }),
    ]) {
      writeFileSync(file, text);
      expect(() => lockFolder(folder), text).to.throw(`remove ${file}`);
    }
  });

  it('goes to exactly one of many processes that take over a dead one', async () => {
    const script = `
      const { lockFolder } = await import(${JSON.stringify(lockModule)});
      try {
        lockFolder(${JSON.stringify(folder)});
        console.log('mine');
      } catch (error) {
        console.log('refused');
      }
      // Holds it until all have tried.
      process.stdin.resume();
    `;
    lockFolder(folder);
    const file = join(folder, 'lock.1');
    const holder = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...holder, pid: greatestPid + 1 }));
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const answers = await Promise.all(
      children.map(
        (child) =>
          new Promise<string>((resolve) =>
            child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())),
          ),
      ),
    );
    for (const child of children) {
      child.stdin.end();
    }
    expect(answers.filter((answer) => answer === 'mine')).to.have.length(1);
  });
});
