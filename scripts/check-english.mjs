// Reports where a file breaks the rules of plain English (scripts/english/findings.mjs), as
// `file:line`. With --sentences it also lists sentences of more than 25 words, which fail only in
// the texts that a newcomer reads first. Paths on the command line choose what is checked.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findings, longSentences } from './english/findings.mjs';

/** Where a sentence of more than 25 words is an error. */
const shortSentences = [
  'README.md',
  'docs/getting-started.md',
  'docs/command-line.md',
  'docs/how-it-decides.md',
  'docs/json.md',
  'docs/library.md',
];
/** Written by a program, or named words on purpose. */
const exempt = [
  'packages/compressors/src/wasm/codecs-binary.ts',
  'packages/compressors/src/wasm/streams-binary.ts',
  'docs/bench/',
  'docs/support-matrix.md',
  'docs/image-matrix.md',
  'docs/introspection-matrix.md',
  'scripts/english/words.mjs',
  'packages/testing/test/check-english.test.ts',
];
const kinds = {
  ts: 'code',
  mjs: 'code',
  cjs: 'code',
  js: 'code',
  md: 'markdown',
  yaml: 'plain',
  yml: 'plain',
  sh: 'plain',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const listsSentences = process.argv.includes('--sentences');

const paths = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '--', ...asked], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && !exempt.some((start) => path.startsWith(start)));

let failures = 0;
for (const path of paths) {
  const kind = kinds[path.slice(path.lastIndexOf('.') + 1)];
  if (kind === undefined) {
    continue;
  }
  const text = readFileSync(`${root}${path}`, 'utf8');
  const fails = shortSentences.includes(path);
  const sentences = listsSentences || fails ? longSentences(text, kind) : [];
  const errors = findings(text, kind);
  failures += errors.length + (fails ? sentences.length : 0);
  for (const { line, rule, message } of [...errors, ...sentences]) {
    console.log(`${path}:${line}: ${rule}: ${message}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
