import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';

/** Bundled, as users start it: Node's loop takes the working folder of the process. */
const bin = fileURLToPath(new URL('../../bin/vmcorekit.cjs', import.meta.url));
const { path: dump } = writeKernelDump();

/** Names that look like a URL or a path, and are folders elsewhere than on Windows. */
const urlLike = process.platform === 'win32' ? [] : ['x:evil', 'C:\\evil'];

describe('modules in the JavaScript of vmcorekit shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-modules-'));
  const ran = join(folder, 'ran');
  after(() => rmSync(folder, { recursive: true }));

  before(() => {
    const evil = `require('node:fs').writeFileSync(${JSON.stringify(ran)}, 'ran');`;
    for (const name of ['evil', '@evil/deep', ...urlLike]) {
      const place = join(folder, 'node_modules', name);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'index.js'), evil);
    }
    writeFileSync(join(folder, 'evil.js'), evil);
    const own = { name: 'own', exports: './evil.js', imports: { '#evil': './evil.js' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
    writeFileSync(join(folder, 'named.mjs'), 'export const answer = 6 * 7;');
  });

  function shell(lines: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'shell', dump], {
      cwd: folder,
      encoding: 'utf8',
      input: lines.map((line) => `${line}\n`).join(''),
      env: { PATH: process.env.PATH, HOME: folder },
    });
    return { status, stdout, stderr };
  }

  it('runs no code of the working folder for a bare name', () => {
    const { status, stdout, stderr } = shell([
      "require('evil')",
      ...urlLike.map((name) => `require(${JSON.stringify(name)})`),
      "await import('evil')",
      "await import('@evil/deep')",
      "await import('own')",
      "await import('#evil')",
      `await eval("import('evil')")`,
      `await new Function("return import('evil')")()`,
      "const late = () => import('evil'); process.chdir('..'); await late()",
      "module.require('evil')",
    ]);
    expect(existsSync(ran), 'code of the folder ran').to.equal(false);
    expect(stderr.match(/give the path of the module/g)).to.have.length(8 + urlLike.length);
    expect(stderr).to.contain('module is not defined');
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
  });

  it("runs a file that the user names, and Node's own modules", () => {
    const { stdout } = shell([
      "(await import('./named.mjs')).answer",
      `(await import(${JSON.stringify(join(folder, 'named.mjs'))})).answer`,
      "(await import('fs')).default === require('node:fs')",
    ]);
    expect(stdout).to.equal('42\n42\ntrue\n');
  });
});

describe('promises that never end in the JavaScript of vmcorekit shell', () => {
  it('end with the process, and status 130, at Ctrl-C', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const child = spawn(process.execPath, [bin, '--debug', 'shell', dump]);
    child.stdin.end('6 * 7\n(function f() { Promise.resolve().then(f); })()\n');
    await once(child.stdout, 'data');
    const interrupting = setInterval(() => child.kill('SIGINT'), 1000);
    const [status] = (await once(child, 'exit')) as [number | null];
    clearInterval(interrupting);
    expect(status).to.equal(130);
  });
});
