import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withGrowingLimits } from '@vmcorekit/testing';
import { expect } from 'chai';
import { usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { physBase, writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const toolkit = fakeToolkit;

/** A configuration with plug-ins beside it, each given as the code of its module. */
function siteWith(modules: Readonly<Record<string, string>>, more: string = ''): string {
  const names = Object.keys(modules).map((name) => `./${name}`);
  const path = writeTemporaryFile('site.yaml', `plugins: ${JSON.stringify(names)}\n${more}`);
  for (const [name, code] of Object.entries(modules)) {
    writeFileSync(join(dirname(path), name), code);
  }
  return path;
}

function heuristicModule(name: string, body: string, more: string = ''): string {
  return `export default { name: '${name}-plugin', heuristics: [{ name: '${name}', summary: 's', needs: [], cost: 'header',
    yields: ['physBase'], looksAt: 'nothing', architectures: 'any', options: {}, *run() { ${body} }, ${more} }] };`;
}

describe('vmcorekit plugins', () => {
  it('lists what is loaded, from where, and what each contributes', async () => {
    const path = siteWith({ 'mine.mjs': heuristicModule('mine', '') });
    const { status, stdout } = await runCli(['plugins', '--config', path], { toolkit });
    expect(status).to.equal(0);
    expect(stdout).to.match(
      new RegExp(`mine-plugin\n +from +${join(dirname(path), 'mine.mjs')}\n +heuristics +mine\n`),
    );
    expect(stdout).to.match(/^fake\n +from +comes with vmcorekit\n/);
  });

  it('says in one line why one was left out, though Node says it in several', async () => {
    const needy =
      "import { createRequire } from 'node:module'; createRequire(import.meta.url)('./absent.cjs');";
    const path = siteWith({
      'needy.mjs': needy,
      'lines.mjs': "throw new Error('boom\\n  at length')",
    });
    const { stderr, stdout } = await runCli(['plugins', '--config', path], { toolkit });
    expect(stderr + stdout).to.match(/Cannot find module '.\/absent\.cjs'\n/);
    expect(stderr + stdout).to.match(/boom\n/);
    expect(stderr + stdout).to.not.match(/\\x0a|Require stack|at length/);
  });

  it('resolves a package from the configuration’s folder, even if it has only `import`', async () => {
    const path = writeTemporaryFile('site.yaml', 'plugins: [our-plugin]');
    const { mkdirSync } = await import('node:fs');
    const folder = join(dirname(path), 'node_modules/our-plugin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'package.json'),
      '{ "name": "our-plugin", "type": "module", "exports": { "import": "./main.js" } }',
    );
    writeFileSync(join(folder, 'main.js'), heuristicModule('ours', ''));
    const { json } = await runCli(['plugins', '--json', '--config', path], { toolkit });
    expect(json()).to.have.deep.nested.property('[0].plugins[1]', {
      name: 'ours-plugin',
      path: join(folder, 'main.js'),
      contributes: { heuristics: ['ours'] },
    });
  });
});

describe('a plug-in that cannot be loaded', () => {
  const faults: readonly (readonly [code: string, because: RegExp])[] = [
    ["throw new Error('broken at once');", /broken at once/],
    ['throw { toString() { throw 1; } };', /threw an unprintable value/],
    ['export const x = 1;', /its default export is no plug-in/],
    [
      'export default { name: "p", heuristcs: [] };',
      /contributes 'heuristcs', which is no extension point/,
    ],
    ['export default { name: "p", heuristics: 3 };', /its heuristics are not a list/],
    [
      'export default { name: "p", heuristics: [{ name: "h" }] };',
      /its heuristics\[0\] \('h'\) lacks summary/,
    ],
    [
      'export default { name: "p", formats: [{ name: "f", summary: "s", probe() {}, open() {}, writer: { write() {} } }] };',
      /its formats\[0\] \('f'\) has a writer that lacks kinds/,
    ],
    [
      `export default { name: "p", formats: [{ name: "f", summary: "s", probe() {}, open() {},
        writer: { write() {}, kinds: [{ name: "f" }] } }] };`,
      /has a writer that lacks summary, which must be a string/,
    ],
    ['export default { name: "fake" };', /plug-in 'fake' is contributed by both 'fake' and 'fake'/],
    [
      heuristicModule('fake-walk', ''),
      /heuristic 'fake-walk' is contributed by both 'fake' and 'fake-walk-plugin'/,
    ],
    ['syntax error', /Unexpected identifier/],
  ];
  for (const [code, because] of faults) {
    it(`is left out and named: ${because.source}`, async () => {
      const path = siteWith({ 'good.mjs': heuristicModule('good', ''), 'faulty.mjs': code });
      const { status, stderr, stdout } = await runCli(['heuristics', '--config', path], {
        toolkit,
      });
      expect(status).to.equal(0);
      expect(stdout).to.include('\ngood\n');
      expect(stderr)
        .to.match(because)
        .and.include(`vmcorekit: plug-in ./faulty.mjs (${path}:1) was left out: `);
      expect((await runCli(['plugins', '--config', path], { toolkit })).status).to.equal(2);
    });
  }

  it('is left out where it is never done loading, whether it loops or waits', async () => {
    const modules = {
      'good.mjs': heuristicModule('good', ''),
      'loops.mjs': 'for (;;);',
      'waits.mjs': 'setInterval(() => {}, 1e6).unref(); await new Promise(() => {});',
      'awaits.mjs': `await 1; ${heuristicModule('awaits', '')}`,
      'common.cjs': "module.exports = { name: 'common' };",
    };
    const config = siteWith(modules);
    await withGrowingLimits(async (patienceInMilliseconds) => {
      const { stdout, stderr } = await runCli(['plugins', '--config', config], {
        toolkit,
        patienceInMilliseconds,
      });
      expect(stderr)
        .to.include('./loops.mjs')
        .and.include(`loading it ran past its time limit of ${patienceInMilliseconds} ms`);
      expect(stderr)
        .to.include('./waits.mjs')
        .and.include(`it had not finished loading after ${patienceInMilliseconds / 1000} s`);
      expect(stdout.split('\n')).to.include.members(['good-plugin', 'awaits-plugin', 'common']);
    });
  });

  it('leaves the rules that ask for it whole but for what it would have contributed', async () => {
    const rules =
      'rules: [{ name: r, heuristics: [lost, fake-note] }, { name: s, match: { format: x }, heuristics: [lost] }]';
    // An object: of a number, Node itself writes to stderr where it was thrown.
    const path = siteWith({ 'lost.mjs': 'throw {};' }, rules);
    const { status, json } = await runCli(
      ['probe', '--json', '--config', path, writeFakeDump({ kernels: [usualKernel] })],
      {
        toolkit,
      },
    );
    expect(status).to.equal(0);
    expect(json()).to.have.nested.property('[0].kernel.physBase', usualKernel.physBase);
  });
});

describe('a format of a plug-in', () => {
  it('may bear the name of one that is known and not read, and takes its place', async () => {
    const code = `export default { name: 'p', formats: [{ name: 'minidump', summary: 's', probe: ({ head }) => head[0] === 66 ? { because: 'B', strength: 'signature' } : undefined,
      async open() { throw new Error('reached'); } }] };`;
    const path = siteWith({ 'minidump.mjs': code });
    const { stderr } = await runCli(['info', '--config', path, writeTemporaryFile('B', 'BBBB')]);
    expect(stderr).to.include("format 'minidump' failed: Error: reached");
    const { json } = await runCli(['plugins', '--json', '--config', path]);
    const [{ plugins }] = json() as [
      { plugins: readonly { name: string; contributes: { formats?: readonly string[] } }[] },
    ];
    expect(
      plugins
        .filter(({ contributes }) => contributes.formats?.includes('minidump'))
        .map(({ name }) => name),
    ).to.deep.equal(['p']);
    expect(
      plugins.find(({ name }) => name === '@vmcorekit/formats')?.contributes.formats,
    ).to.include('windows-crash-dump');
  });
});

describe('a heuristic of a plug-in that misbehaves', () => {
  const dump = writeFakeDump({ kernels: [usualKernel] });
  const misdeeds: readonly (readonly [body: string, because: RegExp])[] = [
    ["throw new Error('out of luck');", /out of luck/],
    ['for (;;);', /ran past its time limit/],
    ["for (;;) yield { kind: 'remark', because: 'again', at: [] };", /more than 1024 findings/],
    [
      "yield { kind: 'candidate', evidence: 'paging', strength: 'proof', claim: { physBase: NaN }, because: 'x', at: [] };",
      /physBase NaN/,
    ],
    ['yield 7;', /neither a finding nor progress/],
  ];
  for (const [body, because] of misdeeds) {
    it(`costs only itself and is named in the report: ${because.source}`, () =>
      withGrowingLimits(async (limit) => {
        const path = siteWith(
          { 'bad.mjs': heuristicModule('bad', body) },
          `rules: [{ name: r, heuristics: [bad, fake-walk, fake-note], timeLimit: ${limit} ms }]`,
        );
        const { json } = await runCli(['probe', '--json', '--config', path, dump], { toolkit });
        const [answer] = json() as [
          { readonly notRun: readonly { readonly name: string; readonly because: string }[] },
        ];
        expect(answer.notRun.find(({ name }) => name === 'bad')?.because).to.match(because);
        expect(answer).to.have.nested.property('kernel.physBase', usualKernel.physBase);
      }));
  }

  it('may be a format whose probe throws: it claims nothing, and is a condition', async () => {
    const code = `export default { name: 'p', formats: [{ name: 'bad', summary: 's', probe() { throw new Error('no'); }, open() {} }],
      containers: [{ name: 'worse', probe() { throw new Error('never'); }, open() {} }] };`;
    const { json } = await runCli(
      ['probe', '--json', '--config', siteWith({ 'bad.mjs': code }), dump],
      { toolkit },
    );
    expect(json()).to.have.nested.property('[0].kernel.physBase', usualKernel.physBase);
    expect(json()).to.have.deep.nested.property('[0].conditions[0]', {
      name: 'plugin-failed',
      detail: "'worse' failed when it was asked for its files: Error: never",
    });
  });
});

describe('what else of a plug-in misbehaves', () => {
  const { path: dump } = writeKernelDump();
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-plugins-'));
  after(() => rmSync(folder, { recursive: true }));
  const analyzer = (body: string) =>
    `export default { name: 'p', analyzers: [{ name: 'bad', summary: 's', options: {}, *run() { ${body} } }] };`;
  const filter = (body: string) =>
    `export default { name: 'p', pageFilters: [{ name: 'bad', summary: 's', begin: () => () => { ${body} } }] };`;
  const format = (body: string) =>
    `export default { name: 'p', formats: [{ name: 'bad', summary: 's', probe: ({ head }) => head[0] === 66 ? { because: 'B', strength: 'signature' } : undefined, async open() { ${body} } }] };`;
  const converted = () => ['convert', '--exclude', 'bad', '-f', dump, join(folder, 'out')];
  const misdeeds: readonly (readonly [
    what: string,
    code: string,
    words: readonly string[],
    status: number,
    message: string,
  ])[] = [
    [
      'an analyzer that throws',
      analyzer("throw new TypeError('boom');"),
      ['analyze', 'bad', dump],
      2,
      "analyzer 'bad' failed: TypeError: boom",
    ],
    [
      'an analyzer that hangs',
      analyzer('for (;;);'),
      ['analyze', 'bad', dump],
      1,
      "analyzer 'bad' ran past its time limit",
    ],
    [
      'an analyzer that returns nothing',
      analyzer(''),
      ['analyze', 'bad', dump],
      2,
      "analyzer 'bad' failed: it returned no report",
    ],
    [
      'an analyzer whose lines are numbers',
      analyzer('return { text: [NaN], data: 1 };'),
      ['analyze', 'bad', dump],
      2,
      'no report',
    ],
    [
      'an analyzer whose remarks are no texts',
      analyzer("return { text: [], data: 1, remarks: 'none' };"),
      ['analyze', 'bad', dump],
      2,
      'no report',
    ],
    [
      'an analyzer whose sources are no texts',
      analyzer('return { text: [], data: 1, sources: { layout: 7 } };'),
      ['analyze', 'bad', dump],
      2,
      'no report',
    ],
    [
      'a page filter that throws',
      filter('throw 7;'),
      converted(),
      2,
      "page filter 'bad' failed: 7",
    ],
    [
      'a page filter that hangs',
      filter('for (;;);'),
      converted(),
      1,
      "the page filters 'bad', ran past its time limit",
    ],
    [
      'a page filter that answers NaN',
      filter('return NaN;'),
      converted(),
      2,
      'it answered NaN for page 0',
    ],
    [
      'a page filter that calls what is not zero so',
      filter("return 'zero';"),
      converted(),
      2,
      'zero, which it is not',
    ],
    [
      'a format that throws while it opens',
      format("throw new Error('no');"),
      ['info', 'B'],
      2,
      "format 'bad' failed: Error: no",
    ],
    [
      'a format that opens nothing',
      format(''),
      ['info', 'B'],
      2,
      "format 'bad' failed: its open returned no image",
    ],
  ];
  for (const [what, code, words, status, message] of misdeeds) {
    it(`is named: ${what}`, async () => {
      const file = writeTemporaryFile('B', 'BBBB');
      const args = words.map((word) => (word === 'B' ? file : word));
      args.push('--config', siteWith({ 'bad.mjs': code }));
      await withGrowingLimits(async (patienceInMilliseconds) => {
        const result = await runCli(args, { patienceInMilliseconds });
        expect(result.stderr).to.include(message);
        expect(result.status).to.equal(status);
        expect(readdirSync(folder)).to.deep.equal([]);
      });
    });
  }

  it('are listed in rows, one for each contribution', async () => {
    const code =
      "export default { name: 'own', pageFilters: [{ name: 'none', summary: 's', begin: () => () => 'keep' }] };";
    const config = siteWith({ 'own.mjs': code });
    const { json, status } = await runCli(['plugins', '--jsonl', '--config', config]);
    expect(status).to.equal(0);
    const rows = json() as { plugin: string; path: string | null; point: string; name: string }[];
    expect(rows).to.deep.include({
      schema: 1,
      plugin: '@vmcorekit/format-elf',
      path: null,
      point: 'formats',
      name: 'elf',
    });
    expect(rows.filter(({ plugin }) => plugin === 'own')).to.have.lengthOf(1);
    const { stdout } = await runCli(['plugins', '--csv', '--config', config]);
    expect(stdout).to.match(/^plugin,path,point,name\r\n/);
    expect(stdout).to.include("'@vmcorekit/format-elf,,formats,elf\r\n");
  });

  it('hangs no other command by a format that is asked for files', async () => {
    const code =
      "export default { name: 'p', formats: [{ name: 'bad', summary: 's', probe() { for (;;); }, async open() {} }] };";
    const args = ['info', writeTemporaryFile('unknown', 'no dump')];
    args.push('--config', siteWith({ 'bad.mjs': code }));
    await withGrowingLimits(async (patienceInMilliseconds) => {
      const { status, stderr } = await runCli(args, { patienceInMilliseconds });
      expect(status).to.equal(3);
      expect(stderr).to.include('no format claims this file');
    });
  });

  it('costs a witness that hangs its time once, not for each candidate', async () => {
    const code = `export default { name: 'p', witnesses: [{ name: 'bad', summary: 's', architectures: 'any', *testify() { for (;;); } }] };`;
    const args = ['probe', '--json', '--all', '--phys-base', '16 MiB', dump];
    args.push('--config', siteWith({ 'bad.mjs': code }));
    // A plug-in may take half of the whole.
    await withGrowingLimits(async (limit) => {
      const { json, status } = await runCli([...args, '--time-limit', `${8 * limit} ms`]);
      const [answer] = json() as [
        { readonly notRun: readonly { readonly name: string; readonly because: string }[] },
      ];
      expect(
        answer.notRun.filter(({ name }) => name === 'bad').map(({ because }) => because),
      ).to.deep.equal([`bad ran past its time limit of ${4 * limit} ms`]);
      expect(status).to.equal(0);
      expect(answer).to.have.nested.property('kernel.physBase', physBase);
    });
  });
});
