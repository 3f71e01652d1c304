// Compiles packages/compressors/src-wasm (AssemblyScript) to WebAssembly, in base64 inside a
// module: the same file works on Node, in a bundle and in a browser's worker. It is committed, so
// that `tsc -b` alone builds a checkout; nothing is compiled where the sources have not changed.
//   node scripts/compile-wasm.mjs [--check]
// With --check it compiles in any case, and fails where the committed module is not what comes out.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const compressors = fileURLToPath(new URL('../packages/compressors/', import.meta.url));
/** A page codec is used at once, a decoder of whole files rarely: so they are two modules. */
const targets = [
  { entry: 'index.ts', file: 'src/wasm/codecs-binary.ts', name: 'codecsBinary' },
  { entry: 'streams.ts', file: 'src/wasm/streams-binary.ts', name: 'streamsBinary' },
];
const shared = ['src/wasm/failure-codes.ts', 'src/wasm/stream-states.ts'];
const options = [
  '-O3',
  '--noAssert',
  '--converge',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--disable',
  'mutable-globals',
];

const sources = [
  ...readdirSync(`${compressors}src-wasm`).map((name) => `src-wasm/${name}`),
  ...shared,
].sort((a, b) => (a < b ? -1 : 1));
const { version } = createRequire(import.meta.url)('assemblyscript/package.json');
const digest = createHash('sha256').update(JSON.stringify([version, options]));
for (const source of sources) {
  digest.update(`\0${source}\0`).update(readFileSync(`${compressors}${source}`));
}
const head = `// Made by scripts/compile-wasm.mjs out of src-wasm, whose SHA-256 is ${digest.digest('hex')}\n`;
const check = process.argv.includes('--check');

for (const { entry, file, name } of targets) {
  const target = `${compressors}${file}`;
  const current = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (check || !current.startsWith(head)) {
    const binary = Buffer.from(await compile(entry)).toString('base64');
    const made = `${head}export const ${name}: string =\n  '${binary}';\n`;
    if (!check) {
      writeFileSync(target, made);
    } else if (made !== current) {
      console.error(`${target} is not what src-wasm compiles to: run npm run build`);
      process.exitCode = 1;
    }
  }
}

async function compile(entry) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  let complaints = '';
  const { error } = await asc.main(
    [entry, '--baseDir', `${compressors}src-wasm`, '--outFile', 'codecs.wasm', ...options],
    {
      stderr: {
        write: (text) => {
          complaints += text;
        },
      },
      writeFile: (name, contents) => {
        binary = name === 'codecs.wasm' ? contents : binary;
      },
    },
  );
  if (error !== null || binary === undefined) {
    throw new Error(`the decoders do not compile:\n${complaints}`, { cause: error });
  }
  return binary;
}
