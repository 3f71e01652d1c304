// Mocha loads this before the tests. chai makes a Proxy of each assertion, to catch misspelt ones:
// up to a fifth of the CPU time of files that assert much. TypeScript catches them before, but for
// the tests in scripts/test; continuous integration keeps the proxies in its run for coverage.
import { config } from 'chai';

config.useProxy = process.env.VMCOREKIT_CHAI_PROXIES === '1';
