import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { writeKernelDump } from './support/kernel-dump.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Bundled, as users start it. */
const bin = fileURLToPath(new URL('../bin/vmcorekit.cjs', import.meta.url));

/** Endless output: what is not in the dump, as zeros. */
function readForever(path: string): ChildProcess {
  return spawn(process.execPath, [
    bin,
    'read',
    '--raw',
    '--zero-fill',
    '--physical',
    path,
    '0',
    '1TiB',
  ]);
}

/** Runs the command with descriptors that take nothing, where the system has a device for that. */
function onFull(
  context: Mocha.Context,
  full: readonly number[],
  args: readonly string[],
): { status: number | null; stderr: string } {
  if (!existsSync('/dev/full')) {
    context.skip();
  }
  const device = openSync('/dev/full', 'w');
  try {
    const stdio = [0, 1, 2].map((descriptor) =>
      full.includes(descriptor) ? device : ('pipe' as const),
    );
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
      encoding: 'utf8',
      stdio,
    });
    return { status, stderr };
  } finally {
    closeSync(device);
  }
}

/** A block device of a file; none where this user, or this system, cannot make one. */
function attach(context: Mocha.Context, file: string): string {
  const { status, stdout } = spawnSync('losetup', ['--find', '--show', file], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : context.skip();
}

describe('the process', () => {
  const { path } = writeKernelDump();

  it('writes to a block device, which Node’s own stdout drops without an error', function () {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-device-'));
    const disk = join(folder, 'disk');
    closeSync(openSync(disk, 'w'));
    truncateSync(disk, 1024 * 1024);
    const device = attach(this, disk);
    const descriptor = openSync(device, 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [bin, 'info', '--json', path], {
        encoding: 'utf8',
        stdio: ['ignore', descriptor, 'pipe'],
      });
      expect(status, stderr).to.equal(0);
    } finally {
      closeSync(descriptor);
      spawnSync('losetup', ['--detach', device]);
    }
    expect(readFileSync(disk).toString('latin1', 0, 9)).to.equal('{"schema"');
    rmSync(folder, { recursive: true });
  });

  it('exits with the status of its command', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [bin, 'info', '/no/such/file', '--json'],
      { encoding: 'utf8' },
    );
    expect(status).to.equal(3);
    expect(JSON.parse(stdout)).to.have.nested.property('error.code', 'io');
  });

  // A stack trace of the whole bundle, and exit status 1.
  for (const args of [['info', '--json', path], ['--version', '--json'], ['--help']]) {
    it(`says in one line that a full device takes no output: ${args[0]}`, function () {
      const { status, stderr } = onFull(this, [1], args);
      expect(stderr).to.match(/^vmcorekit: the output cannot be written: .*\n$/);
      expect(status).to.equal(2);
    });
  }

  it('exits with the status of its command where stderr is a full device', function () {
    expect(onFull(this, [2], ['info', '/no/such/file']).status).to.equal(3);
    expect(onFull(this, [1, 2], ['--version']).status).to.equal(2);
  });

  it('exits with 130 on Ctrl-C, in the middle of its work, and says nothing', async () => {
    const child = readForever(path);
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk);
    });
    child.stdout?.once('data', () => child.kill('SIGINT'));
    child.stdout?.resume();
    const [code] = await once(child, 'exit');
    expect({ code, complaint }).to.deep.equal({ code: 130, complaint: '' });
  });

  it('ends quietly when the reader of its output goes away', async () => {
    const child = readForever(path);
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk);
    });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code] = await once(child, 'exit');
    expect({ code, complaint }).to.deep.equal({ code: 0, complaint: '' });
  });

  it('loads neither core nor a plug-in to say its version or to show help', () => {
    for (const argument of ['--version', '--help']) {
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--import', moduleSpy, main, argument],
        { encoding: 'utf8' },
      );
      expect(status).to.equal(0);
      expect(stderr)
        .to.include('./run.js')
        .and.not.match(
          /@vmcorekit\/(?!core\/(nearest-name|system-reason)|report\/wrap|source-http\/signals)|tsyringe/,
        );
    }
  });
});

/** A module that writes every import of the process to stderr. */
const hooks = `import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  writeSync(2, specifier + '\\n');
  return next(specifier, context);
}`;
const moduleSpy = dataUrl(
  `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))});`,
);

function dataUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
