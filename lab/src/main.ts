import { parseArgs } from 'node:util';
import { installCleanup } from './cleanup.ts';
import { listGuests, makeGuests } from './commands.ts';

const usage = `usage: npm run lab -- NAME... | --all | --list | check

  NAME...          boot these guests, dump them, write their truth
  --all            all of them
  --list           what guests there are
  --out DIR        where to (default: .lab in the current folder)
  --missing        leave out guests that are there already
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    out: { type: 'string', default: '.lab' },
  },
});

installCleanup();
if (values.list) {
  process.stdout.write(listGuests());
} else if (values.all || positionals.length > 0) {
  const request = { names: values.all ? undefined : positionals, outputFolder: values.out, onlyMissing: values.missing };
  process.exitCode = await makeGuests(request);
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
