// A reporter of mocha: the files and the tests that take most of the time.
//   npm run test:slowest
import { relative } from 'node:path';

const rows = 40;

/** The durations are in milliseconds, by name. */
function print(title, durations) {
  const slowest = [...durations].sort(([, one], [, other]) => other - one).slice(0, rows);
  console.log(`\n${title}\n`);
  for (const [name, milliseconds] of slowest) {
    console.log(`${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${name}`);
  }
}

/** @param runner of mocha */
export default function slowestFiles(runner) {
  const files = new Map();
  const tests = new Map();
  let failures = 0;
  runner.on('pass', (test) => {
    const file = relative('.', test.file ?? '');
    files.set(file, (files.get(file) ?? 0) + (test.duration ?? 0));
    tests.set(`${file}: ${test.fullTitle()}`, test.duration ?? 0);
  });
  runner.on('fail', (test, error) => {
    failures++;
    console.log(`failed: ${test.fullTitle()}\n${error.stack}`);
  });
  runner.on('end', () => {
    print('The slowest files', files);
    print('The slowest tests', tests);
    console.log(`\n${tests.size} tests passed, ${failures} failed`);
  });
}
