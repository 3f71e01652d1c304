import { parseArgs } from 'node:util';
import { checkGuests } from './check/check.ts';
import { installCleanup } from './cleanup.ts';
import { listGuests, makeGuests } from './commands.ts';

const usage = `usage: npm run lab -- NAME... | --all | --list | check [NAME...]

  NAME...          boot these guests, dump them, write their truth
  --all            all of them
  --list           what guests there are
  --out DIR        where to (default: .lab in the current folder)
  --missing        leave out guests that are there already
  check [NAME...]  ask vmcorekit about every dump and hold its answers against the truth
  --markdown FILE  write the table there too
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    markdown: { type: 'string' },
    out: { type: 'string', default: '.lab' },
  },
});

installCleanup();
if (values.list) {
  process.stdout.write(listGuests());
} else if (positionals[0] === 'check') {
  const names = positionals.length > 1 ? positionals.slice(1) : undefined;
  process.exitCode = await checkGuests({ names, outputFolder: values.out, markdownFile: values.markdown });
} else if (values.all || positionals.length > 0) {
  const request = { names: values.all ? undefined : positionals, outputFolder: values.out, onlyMissing: values.missing };
  process.exitCode = await makeGuests(request);
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
