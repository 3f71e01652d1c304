import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BufferSource,
  type DumpFormat,
  type DumpWriter,
  definePlugin,
  imageWith,
  inOneStep,
  readExactly,
  resultOf,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { defaultPlugins } from 'vmcorekit';
import { physBase, writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

const report: WriteReport = {
  bytesWritten: 6,
  pagesStored: 1,
  pagesZero: 0,
  pagesExcluded: 0,
  pagesUnreadable: 0,
  pagesAbsent: 0,
};

/** Writes its kind's name, and remembers what it was asked. */
function notebookWriter(asked: WriteOptions[]): DumpWriter {
  return {
    kinds: [
      { name: 'notebook', summary: 'a notebook', endings: ['.note'] },
      { name: 'scroll', summary: 'a scroll', endings: ['.scroll'], isSequential: true },
    ],
    async write(_image, sink, options) {
      asked.push(options);
      return (function* () {
        sink.writeAt(0, Buffer.from(options.kind ?? ''));
        yield { kind: 'progress', doing: 'writing', fraction: 1 };
        return report;
      })();
    },
  };
}

function notebook(writer: DumpWriter): DumpFormat {
  return {
    name: 'notebook',
    summary: 'what a test writes',
    probe: () => undefined,
    open: () => Promise.reject(new Error('never opened')),
    writer,
  };
}

describe('a writer of a plug-in', () => {
  const { path } = writeKernelDump();
  const asked: WriteOptions[] = [];
  const toolkit = (): Toolkit =>
    createToolkit([
      ...defaultPlugins,
      definePlugin({ name: 'test', formats: [notebook(notebookWriter(asked))] }),
    ]);
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-writer-'));
    asked.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const out = (name: string) => join(folder, name);

  it('is reached by convert --to', async () => {
    const { status, json } = await runCli(
      ['convert', '--json', '--to', 'scroll', path, out('dump')],
      { toolkit },
    );
    expect(status).to.equal(0);
    expect(json()[0]).to.deep.include({ kind: 'scroll', output: out('dump') });
    expect(readFileSync(out('dump'), 'utf8')).to.equal('scroll');
  });

  it('is reached by the end of the output’s name', async () => {
    expect((await runCli(['convert', path, out('dump.NOTE')], { toolkit })).status).to.equal(0);
    expect(readFileSync(out('dump.NOTE'), 'utf8')).to.equal('notebook');
  });

  it('writes to standard output only what needs no seeking', async () => {
    expect(await runCli(['convert', '--to', 'scroll', path, '-'], { toolkit })).to.include({
      status: 0,
      stdout: 'scroll',
    });
    const refused = await runCli(['convert', '--to', 'notebook', path, '-'], { toolkit });
    expect(refused.stderr).to.include(
      'cannot write notebook to standard output: it needs to seek; use --to flattened',
    );
    expect(refused.status).to.equal(2);
  });

  it('is listed where another kind is asked for', async () => {
    const { stderr } = await runCli(['convert', '--to', 'qcow2', path, out('dump')], { toolkit });
    expect(stderr).to.match(/--to: got 'qcow2', wanted one of [\w, -]+, notebook, scroll/);
  });

  it('is not asked for split dumps that it cannot write', async () => {
    const { stderr } = await runCli(
      ['convert', '--to', 'notebook', '--split', '2', path, out('dump')],
      { toolkit },
    );
    expect(stderr).to.include(
      '--split: a notebook cannot be split; use --to kdump and write files',
    );
  });

  it('gets the facts of a repair, VMCOREINFO and the mappings', async () => {
    const { status } = await runCli(['repair', '--to', 'notebook', path, out('dump')], { toolkit });
    expect(status).to.equal(0);
    const [{ facts, vmcoreinfo, mappings, compression } = {}] = asked;
    expect(facts?.physBase).to.equal(BigInt(physBase));
    expect(facts?.utsname?.release).to.equal('6.9.1-test');
    expect(vmcoreinfo).to.match(/^OSRELEASE=6\.9\.1-test$/m);
    expect(mappings).to.be.an('object');
    // That of the KDUMP file it was made of is none of its own.
    expect(compression).to.equal(undefined);
  });

  it('is not asked to mark phys_base where its files have none', async () => {
    const { stderr, status } = await runCli(
      ['repair', '--mark', '--to', 'notebook', path, out('dump')],
      { toolkit },
    );
    expect(stderr).to.include('--mark: a notebook has no phys_base in its header; use --to kdump');
    expect(status).to.equal(2);
  });
});

describe('a dump of a plug-in’s format', () => {
  const { path } = writeKernelDump();

  /**
   * The default plug-ins, and a format of KDUMP's bytes after four others, whose writer changes
   * those four.
   */
  function toolkit(patchFilters?: readonly string[]): Toolkit {
    const kdump = defaultPlugins
      .flatMap(({ formats = [] }) => formats)
      .find(({ name }) => name === 'kdump');
    const markOf = (head: Uint8Array) => Buffer.from(head.subarray(0, 4)).toString('latin1');
    const format: DumpFormat = {
      name: 'ours',
      summary: 'what a test changes where it lies',
      probe: ({ head }) =>
        ['OURS', 'DONE'].includes(markOf(head))
          ? { because: 'it begins with its mark', strength: 'signature' }
          : undefined,
      async open([source], context) {
        if (kdump === undefined || source === undefined) {
          throw new Error('the test lacks KDUMP');
        }
        const bytes = readExactly(source, 0, source.sizeInBytes, 'a dump of ours');
        const work = await kdump.open([new BufferSource(bytes.subarray(4), source.name)], context);
        const writerStamp =
          markOf(bytes) === 'DONE' ? { writer: 'vmcorekit', fileOffset: 0 } : null;
        return inOneStep(() => ({ ...imageWith(resultOf(work), {}), format: 'ours', writerStamp }));
      },
      writer: {
        ...notebookWriter([]),
        ...(patchFilters === undefined ? {} : { patchFilters }),
        patch: (_image, _contents, _file, { facts, filters }) => [
          {
            fileOffset: 0,
            what: `phys_base ${facts?.physBase}, without ${filters?.map(({ name }) => name).join()}`,
            before: Buffer.from('OURS'),
            after: Buffer.from('DONE'),
          },
        ],
      },
    };
    return createToolkit([...defaultPlugins, definePlugin({ name: 'test', formats: [format] })]);
  }

  let folder = '';
  let ours = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-patch-'));
    ours = join(folder, 'ours');
    writeFileSync(ours, Buffer.concat([Buffer.from('OURS'), readFileSync(path)]));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is repaired in place by the writer’s patch', async () => {
    const { status, json } = await runCli(['repair', '--json', '--in-place', ours], {
      toolkit: () => toolkit(),
    });
    expect(status).to.equal(0);
    expect(json()[0]).to.have.nested.property('changes[0].what', `phys_base ${physBase}, without `);
    expect(readFileSync(ours, 'latin1').slice(0, 4)).to.equal('DONE');
  });

  it('is restored by the undo file of its repair', async () => {
    const before = readFileSync(ours);
    const undo = join(folder, 'undo');
    const world = { toolkit: () => toolkit() };
    expect((await runCli(['repair', '--in-place', '--undo', undo, ours], world)).status).to.equal(
      0,
    );
    expect(readFileSync(ours).equals(before)).to.equal(false);
    expect((await runCli(['repair', '--undo', undo], world)).status).to.equal(0);
    expect(readFileSync(ours).equals(before)).to.equal(true);
  });

  it('loses in place the pages of filters that the patch knows, and no others', async () => {
    const args = ['repair', '--json', '--in-place', '--dry-run', '--exclude', 'zero', ours];
    const { json } = await runCli(args, { toolkit: () => toolkit(['zero']) });
    expect(json()[0]).to.have.nested.property(
      'changes[0].what',
      `phys_base ${physBase}, without zero`,
    );
    const { stderr, status } = await runCli(args, { toolkit: () => toolkit() });
    expect(stderr).to.include(
      '--exclude: with --in-place only rom is allowed; write a new file for the others',
    );
    expect(status).to.equal(2);
  });
});
