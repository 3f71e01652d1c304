import { readFileSync } from 'node:fs';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { expect } from 'chai';
import { defaultPlugins } from 'vmcorekit';
import { fakeMagic, usualKernel } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { shelfPlugin, writeShelf } from '../support/toy-shelf.ts';

const toolkit = () => createToolkit([...fakeToolkit().registry.plugins, shelfPlugin, kdump]);
const run = (...args: readonly string[]): Promise<CliResult> => runCli(args, { toolkit });
const dump = `${fakeMagic}${JSON.stringify({ kernels: [usualKernel] })}`;

describe('a dump in a container of several files', () => {
  it('is found where it is the only one', async () => {
    const path = writeShelf({ readme: 'hello', dump });
    const { json, status } = await run('probe', '--json', path);
    expect(status).to.equal(0);
    expect(json()[0]).to.deep.include({ file: path, container: 'shelf' });
    expect(json()[0]).to.have.nested.property('kernel.physBase', usualKernel.physBase);
  });

  it('is the one named by FILE//ENTRY', async () => {
    const path = `${writeShelf({ first: `${fakeMagic}{}`, second: dump })}//second`;
    const { json } = await run('probe', '--json', path);
    expect(json()[0]).to.deep.include({ file: path });
    expect(json()[0]).to.have.nested.property('kernel.physBase', usualKernel.physBase);
  });

  it('is asked for where there are two, and the other files of the command line go on', async () => {
    const path = writeShelf({ first: dump, second: dump });
    const { json, status, stderr } = await run('probe', '--json', path, `${path}//first`);
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      `vmcorekit: ${path}: shelf holds several files, and each of them may be a dump: name one, as FILE//ENTRY (first, second)\n`,
    );
    expect(json()[0]).to.deep.nested.include({
      'error.code': 'choose-entry',
      'error.entries': ['first', 'second'],
    });
    expect(json()[1]).to.have.nested.property('kernel.physBase', usualKernel.physBase);
  });

  it('is not replaced by what is made of it', async () => {
    const path = writeShelf({ first: dump, second: dump });
    const before = readFileSync(path);
    const withWriters = () => createToolkit([...defaultPlugins, shelfPlugin]);
    const { status, stderr } = await runCli(['convert', '--force', `${path}//first`, path], {
      toolkit: withWriters,
    });
    expect(status).to.equal(2);
    expect(stderr).to.include('is one of the inputs, and inputs are never changed');
    expect(readFileSync(path)).to.deep.equal(before);
  });

  it('is none where there is no entry of that name', async () => {
    const { stderr, status } = await run(
      'info',
      `${writeShelf({ first: dump, second: dump })}//secnd`,
    );
    expect(stderr).to.include(
      "no entry is called 'secnd' (there are first, second); did you mean 'second'?",
    );
    expect(status).to.equal(2);
  });
});
