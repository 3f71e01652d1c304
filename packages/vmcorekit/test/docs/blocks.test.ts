import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '@vmcorekit/config';
import { expect } from 'chai';
import { type Block, blocksOf } from './blocks.ts';
import { compile } from './compile.ts';
import { type Document, documents } from './documents.ts';
import { matchesOutput } from './matches-output.ts';
import { runScript } from './run-script.ts';
import { isInstalled, runShell, strangersIn } from './run-shell.ts';
import { openWorkbench } from './workbench.ts';

const compiled = (name: string) => name.replace(/\.ts$/, '.js');

/** The file that a block of code is written to. */
function fileOf({ file, line, language }: Block): string {
  return file ?? `line-${line}.${language === 'js' ? 'mjs' : language}`;
}

/** Of all documents: the compiler takes as long for one file as for all. */
let typeScript: ReturnType<typeof compile> | undefined;

function compiledBlocks(): ReturnType<typeof compile> {
  typeScript ??= compile(new Map(typeScriptBlocks()));
  return typeScript;
}

function typeScriptBlocks(): [string, string][] {
  return documents().flatMap(({ path, text }) =>
    runBlocks(blocksOf(text), 'ts').map((block): [string, string] => [
      join(path, fileOf(block)),
      block.text,
    ]),
  );
}

/** The blocks of some languages that tests run. */
function runBlocks(blocks: readonly Block[], ...languages: readonly string[]): Block[] {
  return blocks.filter(
    ({ notRun, language }) => notRun === undefined && languages.includes(language),
  );
}

for (const document of documents()) {
  const blocks = blocksOf(document.text);
  if (blocks.length > 0) {
    describe(`the blocks of ${document.path}`, () => runAll(document, blocks));
  }
}

function runAll({ path }: Document, blocks: readonly Block[]): void {
  const run = blocks.filter(({ notRun }) => notRun === undefined);
  let bench: Awaited<ReturnType<typeof openWorkbench>>;
  let printed = '';

  before(async () => {
    bench = await openWorkbench(path);
    for (const block of runBlocks(blocks, 'js', 'ts', 'yaml')) {
      writeFileSync(join(bench.folder, fileOf(block)), block.text);
    }
    for (const block of runBlocks(blocks, 'ts')) {
      const { status, stdout, script } = compiledBlocks();
      expect(status, stdout).to.equal(0);
      const name = compiled(fileOf(block));
      writeFileSync(join(bench.folder, name), script(join(path, name)));
    }
  });
  after(() => bench.close());

  /** Named files that another block runs or imports do not run by themselves. */
  const isUsed = ({ file }: Block) =>
    file !== undefined &&
    run.some((other) => other.file !== file && other.text.includes(compiled(file)));

  const script = async (block: Block, name: string) => {
    printed = '';
    printed = isUsed(block) ? '' : await runScript(bench.folder, name);
  };

  const runners: Readonly<Record<string, (block: Block) => Promise<void> | void>> = {
    async sh({ text, status }) {
      printed = '';
      expect(strangersIn(text), 'programs that need a <!-- not run: … -->').to.deep.equal([]);
      const outcome = await runShell(text, bench.folder);
      expect(outcome.status, outcome.stderr + outcome.stdout).to.equal(status);
      printed = outcome.stdout;
    },
    async js(block) {
      await script(block, fileOf(block));
    },
    async ts(block) {
      await script(block, compiled(fileOf(block)));
    },
    text({ text }) {
      const isShown = matchesOutput(printed, text);
      expect(isShown, `this is what is printed:\n${printed}`).to.equal(true);
    },
    async yaml(block) {
      const { folder } = bench;
      const { files } = await loadConfiguration({ folder, env: {}, given: fileOf(block) });
      expect(files).to.have.lengthOf.at.least(1);
    },
    json({ text }) {
      expect(JSON.parse(text)).to.be.an('object');
    },
  };

  for (const block of blocks) {
    const title = `${block.language} at line ${block.line}`;
    const missing = block.needs.filter((tool) => !isInstalled(tool));
    if (block.notRun !== undefined) {
      it(`${title} is not run: ${block.notRun}`);
    } else if (missing.length > 0) {
      it(`${title} is not run here: ${missing.join(', ')} is not installed`);
    } else {
      it(`${title} does what it shows`, () => {
        expect(runners, 'a language that is known').to.have.property(block.language);
        return runners[block.language]?.(block);
      });
    }
  }
}

describe('documents', () => {
  it('hide no block of code from these tests by indenting it', () => {
    const hidden = documents()
      .filter(({ path }) => /^(?:docs|packages|examples)\/|^[^/]+$/.test(path))
      .filter(({ text }) => /\n\n {4}\S/.test(text));
    expect(hidden.map(({ path }) => path)).to.deep.equal([]);
  });
});
