import { expect } from 'chai';
import { probeColumns } from '../../dist/rows/probe-columns.js';
import { type ProbeRow, unreadRow } from '../../dist/rows/probe-row.js';

const none: ProbeRow = { ...unreadRow(['vmcore'], { code: 'io', brief: '' }), error: null };
const cells = (row: ProbeRow) =>
  new Map(probeColumns.map(({ key, text }) => [key, text?.(row) ?? null]));

describe('the columns of probe', () => {
  // "none (unsupported-architecture)" pushed phys_base and KASLR out of their columns.
  it('keep the verdict as wide as its column, whatever the reason', () => {
    const row = cells({ ...none, confidence: 'none', reason: 'insufficient-evidence' });
    expect(row.get('confidence')).to.equal('none');
    expect(row.get('damage')).to.equal('insufficient-evidence');
  });

  it('say once that an architecture is not supported', () => {
    const row = cells({ ...none, confidence: 'none', reason: 'unsupported-architecture' });
    expect(row.get('confidence')).to.equal('unsupported');
    expect(row.get('damage')).to.equal('–');
  });

  it('name the damage after the reason', () => {
    const damage = ['file-truncated'];
    expect(
      cells({ ...none, confidence: 'none', reason: 'timed-out', damage }).get('damage'),
    ).to.equal('timed-out, file-truncated');
    expect(
      cells({ ...none, confidence: 'none', reason: 'no-kernel', damage }).get('damage'),
    ).to.equal('file-truncated');
  });
});
