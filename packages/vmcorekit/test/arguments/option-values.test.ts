import { expect } from 'chai';
import { commands } from '../../dist/commands/index.js';
import { globalOptions } from '../../dist/global-options.js';

describe('the values of options', () => {
  it('says of every FILE that it completes to a file', async () => {
    for (const command of commands) {
      const { options } = await command.load();
      for (const [name, spec] of Object.entries({ ...globalOptions, ...options })) {
        if (spec.placeholder === 'FILE' || spec.placeholder === 'DUMP') {
          expect(spec.completes, name).to.equal('file');
        }
      }
    }
  });

  it('takes each of the choices that it offers', async () => {
    for (const command of commands) {
      const { options } = await command.load();
      for (const [name, spec] of Object.entries({ ...globalOptions, ...options })) {
        for (const choice of spec.choices ?? []) {
          expect([spec.read([choice], `--${name}`)].flat().map(String), name).to.deep.equal([
            choice,
          ]);
        }
      }
    }
  });
});
