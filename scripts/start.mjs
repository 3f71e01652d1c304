// `npm start`: the command with the arguments given; without any, a probe of the small real dump
// that comes with the repository, and how to probe another.
import { readdirSync } from 'node:fs';

const folder = 'fixtures/ovmf-nokaslr';
if (process.argv.length === 2) {
  const dumps = readdirSync(new URL(`../${folder}`, import.meta.url)).filter(
    (name) => !/\.(json|md|txt)$/.test(name),
  );
  process.argv.push('probe', ...dumps.map((name) => `${folder}/${name}`));
  process.once('exit', () => console.error('\nYour own dump: npm start -- probe DUMP'));
}
await import('../packages/vmcorekit/bin/vmcorekit.cjs');
