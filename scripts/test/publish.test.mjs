import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { publicWorkspaces, rootManifest } from '../release/workspaces.mjs';

const script = fileURLToPath(new URL('../publish.mjs', import.meta.url));
const { version } = rootManifest();
const tarballs = publicWorkspaces().map(
  ({ manifest: { name } }) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`,
);

describe('publishing', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-publish-'));
    for (const name of tarballs) {
      writeFileSync(join(folder, name), '');
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it with an npm that only writes down what it is asked, and knows one package. */
  function publish({ known = '', refused = 'nothing' } = {}) {
    // In shell, which starts in a tenth of the time that Node takes.
    const npm = `#!/bin/sh
      if [ "$1" = view ]; then
        if [ "$2" = '${known}@${version}' ]; then echo '${version}'; fi
        exit 0
      fi
      echo "$*" >> '${join(folder, 'calls')}'
      case "$2" in *'${refused}-${version}.tgz') exit 1 ;; esac
      exit 0
      `;
    writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
    writeFileSync(join(folder, 'calls'), '');
    const PATH = `${folder}${delimiter}${process.env.PATH}`;
    const { status, stderr } = spawnSync(process.execPath, [script, folder], {
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
    const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\n').slice(0, -1);
    return { status, stderr, calls, published: calls.map((call) => basename(call.split(' ')[1])) };
  }

  it('gives npm every package, the command last, with provenance', () => {
    const { status, calls, published } = publish();
    expect(status).to.equal(0);
    expect(published).to.have.members(tarballs);
    expect(published.at(-1)).to.equal(`vmcorekit-${version}.tgz`);
    expect(calls.every((call) => call.endsWith('--access public --provenance'))).to.equal(true);
  });

  it('passes over what is published already', () => {
    const { status, published } = publish({ known: '@vmcorekit/core' });
    expect(status).to.equal(0);
    expect(published).to.have.length(tarballs.length - 1);
    expect(published).to.not.include(`vmcorekit-core-${version}.tgz`);
  });

  it('stops at what npm refuses, before the command', () => {
    const { status, stderr, published } = publish({ refused: 'core' });
    expect(status).to.equal(1);
    expect(stderr).to.equal(`publish: @vmcorekit/core@${version} was not published\n`);
    expect(published).to.not.include(`vmcorekit-${version}.tgz`);
  });

  it('publishes nothing where a tarball is missing', () => {
    rmSync(join(folder, `vmcorekit-core-${version}.tgz`));
    const { status, stderr, calls } = publish();
    expect({ status, calls }).to.deep.equal({ status: 1, calls: [] });
    expect(stderr).to.include('has no tarball of @vmcorekit/core');
  });
});
