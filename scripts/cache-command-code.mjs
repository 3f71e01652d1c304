// Writes V8's code cache for the bundled command: what a probe of a small real dump compiles.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadBundle } from '../packages/vmcorekit/bin/load-bundle.cjs';

const bundle = fileURLToPath(
  new URL('../packages/vmcorekit/dist/bundle/main.cjs', import.meta.url),
);
const dump = fileURLToPath(new URL('../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url));
const { script, run } = loadBundle(bundle, `${bundle}.cache`);
process.argv.splice(2, process.argv.length, 'probe', '--no-config', dump);
process.stdout.write = (_text, encoding, done) => {
  const callback = typeof encoding === 'function' ? encoding : done;
  callback?.();
  return true;
};
process.on('exit', () => writeFileSync(`${bundle}.cache`, script.createCachedData()));
run();
