// Runs tests and the built command on the other versions of Node that are supported:
//   node scripts/test-on-node.mjs [--all | --tests PATTERN] [VERSION...]
// By default what the platform could break: the command, its bundle, threads, codecs, plug-ins.
// With --all every test, with --tests those of a pattern and nothing else. npm brings the versions,
// as packages that hold one file and run nothing; they are kept in .node-versions in the work tree.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rootFolder } from './release/workspaces.mjs';

const supported = ['22.23.5', '24.22.3'];
const tests = [
  'vmcorekit/dist-test/bin/*',
  'vmcorekit/dist-test/bundle*',
  'vmcorekit/dist-test/debug-stacks*',
  'vmcorekit/dist-test/fixtures*',
  'vmcorekit/dist-test/index*',
  'vmcorekit/dist-test/main*',
  'vmcorekit/dist-test/round-trip*',
  'vmcorekit/dist-test/commands/p*',
  'vmcorekit/dist-test/library/*',
  'vmcorekit/dist-test/terminal/*',
  'node/dist-test/*',
  'source-http/dist-test/*',
  'compressors/dist-test/*',
  'config/dist-test/*',
  'fleet/dist-test/*',
  'fleet/dist-test/!(kills)/**/*',
].map((pattern) => `packages/${pattern}.test.js`);

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false }, tests: { type: 'string' } },
  allowPositionals: true,
});
const kept = join(rootFolder, '.node-versions');
const work = mkdtempIn(kept);
process.on('exit', () => rmSync(work, { recursive: true }));
for (const version of positionals.length > 0 ? positionals : supported) {
  const node = nodeOf(version);
  process.stdout.write(`Node ${version}\n`);
  if (values.tests === undefined) {
    tryCommand(node, version);
  }
  const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'dot'];
  const chosen = [
    '--no-config',
    '--parallel',
    '--jobs',
    '2',
    '--enable-source-maps',
    '--timeout',
    '0',
    ...(values.tests === undefined ? tests : [values.tests]),
  ];
  const { status } = run(node, [...mocha, ...(values.all ? [] : chosen)], 'inherit');
  if (status !== 0) {
    fail(`tests failed on Node ${version}`);
  }
}

/** What a user does, each step on the last one's output. */
function tryCommand(node, version) {
  for (const [wanted, ...words] of [
    ['certain', 'probe', 'fixtures/ovmf-nokaslr/dump.kdump'],
    [
      '',
      'convert',
      '--compression',
      'zstd',
      'fixtures/ovmf-nokaslr/dump.kdump',
      join(work, version),
    ],
    ['certain', 'probe', join(work, version)],
    ['', 'verify', '--workers', '2', join(work, version)],
    ['', 'analyze', 'memory-map', join(work, version)],
  ]) {
    const { status, stdout, stderr } = run(node, [
      'packages/vmcorekit/bin/vmcorekit.cjs',
      ...words,
    ]);
    if (status !== 0 || stderr !== '' || !stdout.includes(wanted)) {
      fail(`vmcorekit ${words.join(' ')}: exit status ${status}\n${stdout}${stderr}`);
    }
  }
}

/** The path of that version's program. */
function nodeOf(version) {
  const node = join(kept, version, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  if (!existsSync(node)) {
    const system = process.platform === 'win32' ? 'win' : process.platform;
    const name = `node-${system}-${process.arch}@${version}`;
    const { status, stdout } = run('npm', ['pack', name, '--silent', '--pack-destination', work]);
    if (status !== 0) {
      fail(`npm has no ${name}`);
    }
    run('tar', ['--extract', '--file', join(work, stdout.trim()), '--directory', work]);
    renameSync(join(work, 'package'), join(kept, version));
  }
  return node;
}

function mkdtempIn(folder) {
  mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder, 'work-'));
}

function run(command, words, stdio = 'pipe') {
  const env = { ...process.env, XDG_CACHE_HOME: work };
  return spawnSync(command, words, { cwd: rootFolder, encoding: 'utf8', stdio, env });
}

function fail(complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exit(1);
}
