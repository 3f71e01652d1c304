import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { guests, labFolder } from './guests.ts';
import { type DistantServer, distantNginx, isNginxHere } from './nginx.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

const roundTripInMilliseconds = 20;
/** Each boot lays memory out again: one needs a few requests more than another. */
const slack = 1.25;
const mostRequests: number = 24 * slack;
const mostBytes: number = 15_000_000 * slack;
const mostForTasks: number = 60 * slack;

/** A flattened file is fetched whole. */
const files = [
  'elf.vmcore',
  'kdump-raw-zlib.vmcore',
  'proc-vmcore.vmcore',
  'makedumpfile-zlib.vmcore',
] as const;

interface Probed {
  readonly confidence: string;
  readonly statistics: { readonly requests: number; readonly bytesFetched: number };
}

describe('dumps on nginx, 20 ms away', () => {
  if (process.env.VMCOREKIT_PEERS_ROOT !== undefined) {
    it('not tried: other peers make no difference');
    return;
  }
  if (!isNginxHere()) {
    it('not tried: nginx is not installed');
    return;
  }
  const all = guests();
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps in .lab or VMCOREKIT_LAB_DUMPS');
  }
  let server: DistantServer;
  before(async () => {
    server = await distantNginx(labFolder, roundTripInMilliseconds);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  for (const { name, folder, kernelCount } of all) {
    for (const file of files.filter((each) => existsSync(join(folder, each)))) {
      it(`give the answer of the file: ${name}, ${file}`, () => {
        const path = join(folder, file);
        const there = answerOf('probe', `${server.url}/${relative(labFolder, path)}`) as Probed;
        const here = answerOf('probe', path) as Probed;
        const own = { file: null, statistics: null };
        expect({ ...there, ...own }).to.deep.equal({ ...here, ...own });
        // A crashed kernel and its capture kernel are judged both.
        const { requests, bytesFetched } = there.statistics;
        expect(requests, 'requests').to.be.at.most(mostRequests * kernelCount);
        expect(bytesFetched, 'bytes').to.be.at.most(mostBytes * kernelCount);
      });
    }
  }

  // Those with much to show.
  const busy = all.filter(
    ({ name, folder }) => /^(?:tasks|panic)/.test(name) && existsSync(join(folder, files[0])),
  );
  for (const { name, folder } of busy) {
    for (const args of [['ps'], ['bt', '--cpus']]) {
      it(`show ${args.join(' ')} of ${name} in at most ${mostForTasks} requests`, () => {
        const path = relative(labFolder, join(folder, files[0]));
        const before = server.requestCount();
        const [command = '', ...options] = args;
        const { status, output } = vmcorekit(command, ...options, `${server.url}/${path}`);
        expect(status, output).to.equal(0);
        expect(server.requestCount() - before).to.be.at.most(mostForTasks);
      });
    }
  }
});
