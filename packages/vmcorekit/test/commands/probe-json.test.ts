import { expect } from 'chai';
import { usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { runCli } from '../support/run-cli.ts';

async function answerFor(
  fields: Parameters<typeof writeFakeDump>[0],
): Promise<Record<string, unknown>> {
  const { json, stdout } = await runCli(['probe', '--json', writeFakeDump(fields)], {
    toolkit: fakeToolkit,
  });
  expect(stdout.split('\n')).to.have.lengthOf(2);
  return json()[0] as Record<string, unknown>;
}

describe('the JSON of probe', () => {
  it('has the documented keys, in the documented order', async () => {
    expect(Object.keys(await answerFor({ kernels: [usualKernel] }))).to.deep.equal([
      'schema',
      'file',
      'format',
      'container',
      'architecture',
      'pageSizeInBytes',
      'origin',
      'kernel',
      'candidates',
      'confidence',
      'reason',
      'evidence',
      'contradictions',
      'remarks',
      'notRun',
      'refusedSymbols',
      'conditions',
      'statistics',
    ]);
  });

  it('gives offsets as signed numbers and addresses as hexadecimal strings', async () => {
    const { kernel, confidence, reason, schema, format, container } = await answerFor({
      kernels: [usualKernel],
    });
    expect({ schema, format, container, confidence, reason }).to.deep.equal({
      schema: 1,
      format: 'fake',
      container: null,
      confidence: 'certain',
      reason: null,
    });
    expect(kernel).to.deep.equal({
      imageOffset: '0xffffffffa5600000',
      physBase: -0x25600000,
      kaslrOffset: 0x27e00000,
      textVirtualAddress: '0xffffffffa8e00000',
      textPhysicalAddress: '0x3800000',
      linearMapOffset: null,
      numbers: {},
      pageTableRoot: null,
      pagingLevels: null,
      release: '6.1.0-56-cloud-amd64',
      buildId: '3b43fad5034874490492495d552c0af6a5fab235',
      role: 'running',
    });
  });

  it('has a null kernel and a reason if none is found, and a word for an unknown maker', async () => {
    const answer = await answerFor({});
    expect(answer).to.deep.include({
      kernel: null,
      candidates: [],
      confidence: 'none',
      reason: 'no-kernel',
      origin: { capturedBy: 'unknown', writtenBy: 'unknown', because: [] },
    });
  });

  it('has heuristic, kind, claim, strength, reason and place in each row of evidence', async () => {
    const { evidence } = await answerFor({ kernels: [{ ...usualKernel, foundBy: ['paging'] }] });
    expect(evidence).to.have.lengthOf(2);
    expect((evidence as unknown[])[0]).to.deep.equal({
      heuristic: 'fake-walk',
      kind: 'paging',
      isWitness: false,
      claim: {
        imageOffset: '0xffffffffa5600000',
        physBase: -0x25600000,
        kaslrOffset: 0x27e00000,
        pageTableRoot: '0x3610000',
        pagingLevels: 4,
        release: usualKernel.release,
        banner: usualKernel.banner,
        buildId: usualKernel.buildId,
        textVirtualAddress: '0xffffffffa8e00000',
      },
      strength: 'strong',
      because: 'the test put it there for fake-walk',
      at: [{ fileOffset: 0x88, physicalAddress: '0x1234000' }],
    });
    expect((evidence as unknown[])[1]).to.include({ heuristic: 'fake-witness', isWitness: true });
  });

  it('shows each candidate with its own evidence, where there are several', async () => {
    const stale = { ...usualKernel, physBase: 0x600000, reachedByCpu: false };
    const { candidates, kernel } = await answerFor({ kernels: [usualKernel, stale] });
    expect(kernel).to.include({ physBase: -0x25600000 });
    expect(candidates).to.have.lengthOf(2);
    const [first, second] = candidates as Record<string, unknown>[];
    expect(first).to.include({
      imageOffset: '0xffffffffa5600000',
      physBase: -0x25600000,
      isReachedByCpu: true,
      isWitnessed: true,
      confidence: 'certain',
    });
    expect(second).to.include({
      imageOffset: '0xffffffff7fa00000',
      physBase: 0x600000,
      isReachedByCpu: false,
      isNamedByFile: false,
    });
    expect(second?.evidence).to.have.lengthOf(3);
    expect(second?.banner).to.equal(usualKernel.banner);
  });

  it('counts what was read, and carries damage and remarks', async () => {
    const shown = { name: 'incomplete', detail: 'the writer stopped', fileOffset: 12 };
    const answer = await answerFor({
      conditions: [{ ...shown, loses: 'page' }],
      remarks: ['nothing there'],
      capturedBy: 'qemu',
    });
    expect(answer.conditions).to.deep.equal([shown]);
    expect(answer.remarks).to.deep.equal([
      { heuristic: 'fake-signs', because: 'nothing there', at: [] },
    ]);
    expect(answer.statistics).to.have.all.keys('bytesRead', 'pagesRead', 'milliseconds');
    expect(answer.origin).to.deep.equal({
      capturedBy: 'qemu',
      writtenBy: 'unknown',
      because: [
        {
          axis: 'capturedBy',
          who: 'qemu',
          score: 120,
          heuristic: 'fake-signs',
          because: 'the test signed it',
          at: [{ note: 'note 0' }],
        },
      ],
    });
  });
});
