import { readFileSync } from 'node:fs';
import { plugin as architectures } from '@vmcorekit/architectures';
import { plugin as compressors } from '@vmcorekit/compressors';
import { BufferSource, type Dump, type Verdict, VmcorekitError } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { plugin as linux } from '@vmcorekit/linux';
import { expect } from 'chai';

const fixture = readFileSync(
  new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);
const toolkit = createToolkit([architectures, compressors, kdump, linux, heuristics]);

/** A disk that answers so many reads, and none after. */
class FailingSource extends BufferSource {
  #left: number;

  constructor(reads: number) {
    super(fixture, 'FILE');
    this.#left = reads;
  }

  override readInto(offset: number, target: Uint8Array): number {
    if (this.#left-- <= 0) {
      throw new VmcorekitError('io', { file: this.name, because: 'input/output error' });
    }
    return super.readInto(offset, target);
  }
}

/** The verdict, or the code of the error that opening ended with. */
async function verdictAfter(reads: number): Promise<Verdict | string> {
  let dump: Dump;
  try {
    dump = await toolkit.open(new FailingSource(reads));
  } catch (error) {
    return error instanceof VmcorekitError ? error.code : 'internal';
  }
  using opened = dump;
  return await toolkit.locate(opened);
}

describe('a search in a dump that cannot be read further', () => {
  it('ends as source-failed or as ever, and never says that there is no kernel', async () => {
    const whole = await verdictAfter(Number.POSITIVE_INFINITY);
    if (typeof whole === 'string') {
      return expect.fail(whole);
    }
    const seen = new Set<string>();
    for (let reads = 0; ; reads++) {
      const verdict = await verdictAfter(reads);
      if (typeof verdict === 'string') {
        expect(verdict).to.equal('io');
        seen.add('io');
        continue;
      }
      if (verdict.reason === null) {
        expect(verdict.kernel).to.deep.equal(whole.kernel);
        break;
      }
      expect(verdict).to.include({
        reason: 'source-failed',
        kernel: null,
        confidence: 'none',
        explanation: 'the dump cannot be read further: FILE: input/output error',
      });
      seen.add('source-failed');
    }
    expect([...seen]).to.deep.equal(['io', 'source-failed']);
  });

  it('keeps what was found till then among the candidates', async () => {
    const verdicts: Verdict[] = [];
    for (let reads = 0; verdicts.at(-1)?.reason !== null; reads++) {
      const verdict = await verdictAfter(reads);
      verdicts.push(...(typeof verdict === 'string' ? [] : [verdict]));
    }
    const last = verdicts.at(-2);
    expect(last?.reason).to.equal('source-failed');
    expect(last?.candidates).not.to.deep.equal([]);
    expect(last?.notRun.map(({ because }) => because)).to.include(
      'the dump cannot be read further',
    );
  });
});
