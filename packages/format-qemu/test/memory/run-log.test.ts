import { expect } from 'chai';
import fc from 'fast-check';
import { RUN_FILLS, RUN_PAGES, RunLog } from '../../dist/memory/run-log.js';

describe('RunLog', () => {
  it('joins records that follow each other, and no others', () => {
    const log = new RunLog(4096);
    for (let page = 0; page < 100; page++) {
      log.add(RUN_PAGES, page, 8 + page * 4104);
    }
    log.add(RUN_PAGES, 100, 500_000);
    log.interrupt();
    log.add(RUN_PAGES, 101, 500_000 + 4104);
    const { count, start, end } = log.resolved();
    expect(count).to.equal(3);
    expect([...start]).to.deep.equal([0, 100, 101]);
    expect([...end]).to.deep.equal([100, 101, 102]);
  });

  it('gives each page its last record, whatever overlaps', () => {
    const record = fc.record({
      page: fc.nat(30),
      count: fc.integer({ min: 1, max: 8 }),
      isFill: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (records) => {
        const log = new RunLog(4096);
        const last = new Map<number, number>();
        for (const [index, { page, count, isFill }] of records.entries()) {
          const at = (index + 1) * 1_000_000;
          log.add(isFill ? RUN_FILLS : RUN_PAGES, page, at, isFill ? index : 0, count);
          for (let each = 0; each < count; each++) {
            last.set(page + each, isFill ? at : at + each * 4104);
          }
        }
        const runs = log.resolved();
        const found = new Map<number, number>();
        for (let run = 0; run < runs.count; run++) {
          const [from = 0, to = 0] = [runs.start[run], runs.end[run]];
          expect(from).to.be.at.least(runs.end[run - 1] ?? 0);
          for (let page = from; page < to; page++) {
            const behind = page - (runs.recordPage[run] ?? 0);
            const stride = runs.kind[run] === RUN_FILLS ? 0 : 4104;
            expect(found.has(page)).to.equal(false);
            found.set(page, (runs.recordAt[run] ?? 0) + behind * stride);
          }
        }
        expect(found).to.deep.equal(new Map([...last].sort(([a], [b]) => a - b)));
      }),
    );
  });
});
