import { parseArgs } from 'node:util';
import { checkGuests } from './check/check.ts';
import { installCleanup } from './cleanup.ts';
import { listGuests, makeGuests, mendGuests } from './commands.ts';
import { damageGuests } from './damage/damage.ts';
import { trimImages } from './fixtures/images/trim-images.ts';
import { trimGuests } from './fixtures/trim.ts';
import { compareImages } from './images/images.ts';
import { introspectGuests } from './introspection/introspect.ts';

const usage = `usage: npm run lab -- NAME... | --all | --list | check [NAME...] | introspect [NAME...] | images [NAME...] | damage [NAME...] | mend NAME... | trim NAME... | trim-images NAME...

  NAME...          boot these guests, dump them, write their truth
  --all            all of them
  --list           what guests there are
  --out DIR        where to (default: .lab in the current folder)
  --missing        leave out guests that are there already
  check [NAME...]  ask vmcorekit about every dump and hold its answers against the truth
  introspect [NAME...]
                   ask vmcorekit what the guests under load did, and hold it against their /proc
  images [NAME...] compare memory images of other kinds, and compressed dumps, with the ELF dump
                   of the same guest
  damage [NAME...] damage copies of the dumps of guests under load in memory, and compare the answers
  --seeds N        how many mutants of each kind damage tries (default: 30)
  --write FOLDER   write the table there: support-matrix.md and .json,
                   introspection-matrix.md, or image-matrix.md
  mend NAME...     have vmcorekit repair these guests' dumps, and makedumpfile make more of the repaired ones
  trim NAME...     make fixtures of these guests: small dumps of the pages that matter, in fixtures/
  trim-images NAME...
                   make small memory images of these guests, in fixtures/images/
  --help           show this
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      all: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      missing: { type: 'boolean', default: false },
      write: { type: 'string' },
      seeds: { type: 'string', default: '30' },
      out: { type: 'string', default: '.lab' },
    },
  });
  const [first, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.list) {
    process.stdout.write(listGuests());
    return 0;
  }
  if (first === 'check') {
    const names = rest.length > 0 ? rest : undefined;
    return checkGuests({ names, outputFolder: values.out, writeFolder: values.write });
  }
  if (first === 'introspect') {
    const names = rest.length > 0 ? rest : undefined;
    return introspectGuests({ names, outputFolder: values.out, writeFolder: values.write });
  }
  if (first === 'images') {
    const names = rest.length > 0 ? rest : undefined;
    return compareImages({ names, outputFolder: values.out, writeFolder: values.write });
  }
  if (first === 'damage') {
    const names = rest.length > 0 ? rest : undefined;
    return damageGuests({ names, outputFolder: values.out, seeds: Number(values.seeds) });
  }
  if (first === 'mend') {
    return mendGuests(rest, values.out);
  }
  if (first === 'trim') {
    return trimGuests({ names: rest, outputFolder: values.out });
  }
  if (first === 'trim-images') {
    return trimImages({ names: rest, outputFolder: values.out });
  }
  if (values.all || first !== undefined) {
    const names = values.all ? undefined : positionals;
    return makeGuests({ names, outputFolder: values.out, onlyMissing: values.missing });
  }
  process.stderr.write(usage);
  return 2;
}

installCleanup();
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`lab: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
