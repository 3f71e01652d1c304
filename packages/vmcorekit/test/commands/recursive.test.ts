import { execFileSync } from 'node:child_process';
import fs, { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { fakeMagic, usualKernel } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { shelfPlugin } from '../support/toy-shelf.ts';

const root = mkdtempSync(join(tmpdir(), 'vmcorekit-walk-'));

/** A folder with these files, by their paths in it. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(root, 'f'));
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  return folder;
}

const dump = (fields: object = { kernels: [usualKernel] }): string =>
  fakeMagic + JSON.stringify(fields);

/** The header of a 64-bit ELF file of that e_type. */
function elfHeader(type: number): Uint8Array {
  const header = new Uint8Array(4096);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header[16] = type;
  header[18] = 62;
  header[20] = 1;
  header[52] = 64;
  return header;
}

function run(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { toolkit: fakeToolkit });
}

async function filesIn(folder: string): Promise<string[]> {
  const { json } = await run('probe', '-qr', '--jsonl', folder);
  return (json() as { file: string }[]).map(({ file }) => file.slice(folder.length + 1));
}

describe('folders of dumps', () => {
  after(() => rmSync(root, { recursive: true }));

  it('are searched once, however often and by whatever names they are given', async () => {
    const folder = folderOf({ a: dump(), 'within/b': dump(), 'without/c': dump() });
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    const within = join(folder, 'within');
    for (const given of [
      [folder, `${folder}/`, within],
      [within, folder, folder],
      [folder, `${folder}/./`, link],
    ]) {
      const { json } = await run('probe', '-qr', '--jsonl', ...given);
      expect(json(), given.join(' ')).to.have.length(3);
    }
    const { json } = await run('probe', '-qr', '--jsonl', within, `${folder}/without`);
    expect(json(), 'beside each other').to.have.length(2);
  });

  it('are refused without -r, which the error names, and the others go on', async () => {
    const folder = folderOf({ a: dump() });
    const { status, stdout, stderr } = await run('probe', '--jsonl', folder, join(folder, 'a'));
    expect(status).to.equal(3);
    expect(stderr).to.equal(
      `vmcorekit: ${folder}: is a folder: -r (--recursive) searches it for dumps\n`,
    );
    expect(stdout).to.include('"certain"');
  });

  it('are refused by commands for one dump, with the command that lists dumps', async () => {
    const folder = folderOf({ a: dump() });
    for (const args of [['verify'], ['describe'], ['find', '--text', 'a']]) {
      const { status, stderr } = await run(...args, folder);
      expect(status).to.equal(3);
      expect(stderr, args.join(' ')).to.match(/is a folder: .*-r/);
    }
  });

  it('are searched by name, the files of each before its folders, hidden ones too', async () => {
    const names = ['b', 'z', '.hidden', 'a/2', 'a/1', 'a/b/c', '.dot/x', 'Z'];
    const folder = folderOf(Object.fromEntries(names.map((name) => [name, dump()])));
    expect(await filesIn(folder)).to.deep.equal([
      '.hidden',
      'Z',
      'b',
      'z',
      '.dot/x',
      'a/1',
      'a/2',
      'a/b/c',
    ]);
  });

  it('show what looks like a damaged dump, and pass over and count what is none', async () => {
    const folder = folderOf({
      'cut.dump': dump({ isTruncated: true }),
      'good.dump': dump(),
      'empty.lock': '',
      'notes.bin': '\x00\x01\x02 no dump',
    });
    const { status, stdout, stderr } = await run('probe', '-r', folder);
    expect(status).to.equal(3);
    expect(stdout).to.match(/cut\.dump +– +– +not read .*\n.*good\.dump .*certain/);
    expect(stdout).to.include('\n2 dumps: 1 certain, 1 not read\n');
    expect(stderr).to.match(
      /^.*cut\.dump: page desc.*\nvmcorekit: 2 files are no dump \(--verbose lists them\)\n$/,
    );
  });

  it('name each file passed over with --verbose', async () => {
    const folder = folderOf({ 'notes.bin': '\x00\x01\x02 no dump', good: dump() });
    const { stderr } = await run('probe', '-rv', folder);
    expect(stderr).to.equal(
      `vmcorekit: ${folder}/notes.bin: no format claims it\nvmcorekit: 1 file is no dump\n`,
    );
  });

  it('pass over programs, texts and disks, and tell of files that are packed', async () => {
    const folder = folderOf({
      'library.so': elfHeader(3),
      'dmesg.txt': 'a text that a folder of dumps has beside them',
      'disk.qcow2': 'QFI\xfb\x00\x00\x00\x03',
      'vmcore.7z': Buffer.from('7z\xbc\xaf\x27\x1c and what is in it', 'latin1'),
      zeros: new Uint8Array(4096),
    });
    const { stdout, stderr } = await runCli(['probe', '-r', '--jsonl', folder]);
    expect(stdout.match(/"file":"[^"]*"/g)).to.deep.equal([`"file":"${folder}/zeros"`]);
    expect(stderr).to.include('3 files are no dump; 1 file is packed (not looked into)');
  });

  it('pass over archives in which nothing is known as a dump, and open the others', async () => {
    const books = (texts: object): string => `SHELF${JSON.stringify(texts)}`;
    const folder = folderOf({
      'texts.shelf': books({ a: 'nothing', b: 'known' }),
      'dump.shelf': books({ a: 'nothing', b: dump() }),
    });
    const { json, stderr, status } = await runCli(['probe', '-r', '--jsonl', folder], {
      toolkit: () => createToolkit([...fakeToolkit().registry.plugins, shelfPlugin]),
    });
    expect(json()).to.have.length(1);
    expect(json()[0]).to.include({ file: `${folder}/dump.shelf`, confidence: 'certain' });
    expect(stderr).to.include('1 file is no dump');
    expect(status).to.equal(0);
  });

  it('exit with 1 where there is no dump in them', async () => {
    const { status, stdout } = await run('probe', '-r', folderOf({}));
    expect({ status, end: stdout.slice(-9) }).to.deep.equal({ status: 1, end: '\n0 dumps\n' });
  });

  it('follow no link but one that the user named, so no loop is walked', async () => {
    const folder = folderOf({ 'a/dump': dump() });
    symlinkSync('..', join(folder, 'a', 'loop'));
    symlinkSync('dump', join(folder, 'a', 'link'));
    linkSync(join(folder, 'a', 'dump'), join(folder, 'a', 'hard'));
    expect(await filesIn(folder)).to.deep.equal(['a/dump', 'a/hard']);
    const link = join(root, 'to-folder');
    symlinkSync(folder, link);
    expect(await filesIn(link)).to.deep.equal(['a/dump', 'a/hard']);
  });

  it('open no pipe', async () => {
    const folder = folderOf({ dump: dump() });
    execFileSync('mkfifo', [join(folder, 'a-pipe')]);
    const { openSync } = fs;
    const opened: string[] = [];
    fs.openSync = (...args: Parameters<typeof openSync>) => {
      opened.push(String(args[0]));
      return openSync(...args);
    };
    syncBuiltinESMExports();
    try {
      expect(await filesIn(folder)).to.deep.equal(['dump']);
    } finally {
      fs.openSync = openSync;
      syncBuiltinESMExports();
    }
    expect(opened.filter((path) => path.startsWith(folder))).to.deep.equal([`${folder}/dump`]);
  });

  it('are not searched where the kernel makes up their files', async () => {
    const { status, stderr } = await run('probe', '-r', '/proc/self/fdinfo');
    expect(status).to.equal(3);
    expect(stderr).to.equal(
      'vmcorekit: /proc/self/fdinfo: not searched: its files are made up by the kernel\n',
    );
  });

  it('are searched to a depth of 256, and stderr says what is deeper', async () => {
    const deepest = Array.from({ length: 257 }, () => 'd');
    const folder = folderOf({ [[...deepest.slice(1), 'seen'].join('/')]: dump() });
    mkdirSync(join(folder, ...deepest));
    const { status, stdout, stderr } = await run('probe', '-r', folder);
    expect(status).to.equal(3);
    expect(stdout).to.include('/seen').and.include('\n1 dump: 1 certain\n');
    expect(stderr).to.match(/\/d: not searched: it lies more than 256 folders deep\n$/);
  });

  it('join the parts of a split dump within one folder only', async () => {
    const part = dump({ set: 'a', kernels: [usualKernel] });
    const folder = folderOf({ 'x/1': part, 'x/2': part, 'x/y/3': part, 'x/0-other': dump({}) });
    const { json } = await run('probe', '-qr', '--jsonl', folder);
    const answers = json() as { file: string; files?: string[] }[];
    expect(answers.map(({ file, files }) => files ?? file)).to.deep.equal([
      `${folder}/x/0-other`,
      [`${folder}/x/1`, `${folder}/x/2`],
      `${folder}/x/y/3`,
    ]);
  });

  it('say which folder could not be read, and go on', async () => {
    const folder = folderOf({ 'closed/a': dump(), 'open/b': dump() });
    const { opendir } = promises;
    promises.opendir = (path, options) =>
      path === join(folder, 'closed')
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
        : opendir(path, options);
    syncBuiltinESMExports();
    try {
      const { status, stdout, stderr } = await run('probe', '-r', folder);
      expect(status).to.equal(3);
      expect(stderr).to.equal(`vmcorekit: ${folder}/closed: not searched: permission denied\n`);
      expect(stdout).to.include('open/b').and.include('\n1 dump: 1 certain\n');
    } finally {
      promises.opendir = opendir;
      syncBuiltinESMExports();
    }
  });

  it('are shown with info -r', async () => {
    const folder = folderOf({ a: dump(), b: dump() });
    const { status, stdout } = await run('info', '-r', folder);
    expect(status).to.equal(0);
    expect(stdout).to.include(`${folder}/a: fake`).and.include(`\n\n${folder}/b: fake`);
  });

  it('are verified with verify -r', async () => {
    const { path } = writeKernelDump();
    const folder = folderOf({ 'a/vmcore': fs.readFileSync(path), readme: 'not a dump at all' });
    const { status, stdout, stderr } = await runCli(['verify', '-r', '--workers', '1', folder]);
    expect(status).to.equal(0);
    expect(stdout).to.include(`${folder}/a/vmcore: `).and.include('sound: ');
    expect(stderr).to.include('1 file is no dump');
  });
});
