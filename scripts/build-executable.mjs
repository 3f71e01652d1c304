// Builds vmcorekit as one executable file for this platform, out of what `npm run build` left.
//   node scripts/build-executable.mjs [--out FILE] [--node PATH]
// PATH is the Node that goes into it; the one that runs this script unless given.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inject } from 'postject';
import { bundleScripts } from './executable/bundle.mjs';
import { noticesOf } from './executable/notices.mjs';

/** Where Node looks whether something was put in. Source: Node's manual, single executables. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const root = fileURLToPath(new URL('..', import.meta.url));
const { platform } = process;
const { values } = parseArgs({
  options: {
    out: {
      type: 'string',
      default: join(root, `dist/vmcorekit${platform === 'win32' ? '.exe' : ''}`),
    },
    node: { type: 'string', default: process.execPath },
  },
});
const out = resolve(values.out);
const node = wholeNode(realpathSync(values.node));
const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-executable-'));
try {
  await buildIn(folder);
} finally {
  rmSync(folder, { recursive: true });
}

async function buildIn(work) {
  const { assets, inputs } = await bundleScripts(work);
  const cache = join(work, 'command.cache');
  execFileSync(node.path, [
    join(root, 'scripts/executable/write-cache.cjs'),
    assets['command.cjs'],
    cache,
    join(root, 'fixtures/ovmf-nokaslr/dump.kdump'),
  ]);
  const blob = join(work, 'blob');
  const config = join(work, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      main: join(work, 'main.cjs'),
      output: blob,
      disableExperimentalSEAWarning: true,
      assets: { ...assets, 'command.cache': cache },
    }),
  );
  execFileSync(node.path, ['--experimental-sea-config', config], { stdio: 'ignore' });
  const made = join(work, 'vmcorekit');
  copyFileSync(node.path, made);
  chmodSync(made, 0o755);
  sign('--remove-signature', made);
  await inject(made, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: fuse,
    ...(platform === 'darwin' ? { machoSegmentName: 'NODE_SEA' } : {}),
  });
  sign('--sign', '-', made);
  mkdirSync(dirname(out), { recursive: true });
  rmSync(out, { force: true });
  copyFileSync(made, out);
  writeFileSync(`${out}-licenses.txt`, noticesOf(root, inputs, node));
  const megabytes = Math.round(statSync(out).size / 1e6);
  console.log(`${out}: ${megabytes} MB, Node ${node.version}; its licences: ${out}-licenses.txt`);
}

/** A Node that is one file. Debian's own, for one, keeps most of itself in a library. */
function wholeNode(path) {
  if (!readFileSync(path).includes(fuse)) {
    throw new Error(`${path} is no Node in one file: give one from nodejs.org by --node PATH`);
  }
  return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
}

/** Only macOS refuses to run a file whose signature does not fit. */
function sign(...args) {
  if (platform === 'darwin') {
    execFileSync('codesign', args);
  }
}
