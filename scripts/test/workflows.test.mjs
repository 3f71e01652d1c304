import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';

const folder = new URL('../../.github/workflows/', import.meta.url);

for (const name of readdirSync(folder)) {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const { permissions, jobs } = parse(text);

  describe(`the workflow ${name}`, () => {
    it('takes every action by its commit', () => {
      const uses = text.match(/uses: .*/g) ?? [];
      const pinned = uses.filter((use) => /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use));
      expect(pinned).to.deep.equal(uses);
    });

    it('lets no job write but the one that publishes', () => {
      expect(Object.values(permissions)).to.not.include('write');
      const writers = Object.entries(jobs)
        .filter(([, job]) => Object.values(job.permissions ?? {}).includes('write'))
        .map(([job]) => job);
      expect(writers).to.deep.equal(name === 'release.yml' ? ['publish'] : []);
    });

    it('keeps no credentials in a checkout, and puts no expression into a script', () => {
      for (const { steps } of Object.values(jobs)) {
        for (const { uses = '', with: options = {}, run = '' } of steps) {
          expect(run).to.not.include('${{');
          if (uses.startsWith('actions/checkout@')) {
            expect(options['persist-credentials']).to.equal(false);
          }
        }
      }
    });
  });
}
