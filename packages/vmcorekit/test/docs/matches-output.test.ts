import { expect } from 'chai';
import { matchesOutput } from './matches-output.ts';

describe('matchesOutput', () => {
  const output = 'phys_base 0x600000 (running)\n\nEvidence\n  cr3-walk\n';

  for (const shown of [
    'phys_base 0x600000 (running)\n\nEvidence\n  cr3-walk\n',
    'phys_base … (running)\n\nEvidence\n  cr3-walk',
    'phys_base 0x600000 (running)\n…',
    '…\nEvidence\n  …\n',
    'phys_base …\n…\n  cr3-walk\n',
    '…',
  ]) {
    it(`takes ${JSON.stringify(shown)}`, () => {
      expect(matchesOutput(output, shown)).to.equal(true);
    });
  }

  for (const shown of [
    'phys_base 0x600000 (running)\n',
    'phys_base 0x6000.0 (running)\n…',
    'Evidence\n…',
    '…\nContradictions\n…',
    '…\n  cr3',
  ]) {
    it(`refuses ${JSON.stringify(shown)}`, () => {
      expect(matchesOutput(output, shown)).to.equal(false);
    });
  }
});
