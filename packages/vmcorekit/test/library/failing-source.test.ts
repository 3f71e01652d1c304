import { readFileSync } from 'node:fs';
import { BufferSink, BufferSource } from '@vmcorekit/core';
import { expect } from 'chai';
import { isVmcorekitError, type OpenedDump, open, VmcorekitError } from 'vmcorekit';

const bytes = readFileSync(
  new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);

/** A disk that is read in small pieces, and fails at one read and after it. */
class FailingSource extends BufferSource {
  readonly preferredReadInBytes = 4096;
  reads = 0;
  readonly #failsAt: number;

  constructor(failsAt: number) {
    super(bytes, 'DISK');
    this.#failsAt = failsAt;
  }

  override readInto(offset: number, target: Uint8Array): number {
    if (++this.reads >= this.#failsAt) {
      throw new VmcorekitError('io', { file: this.name, because: 'input/output error' });
    }
    return super.readInto(offset, target);
  }
}

/** What can be asked of a dump, each with an answer that differs between dumps. */
const questions: Readonly<Record<string, (dump: OpenedDump) => Promise<unknown>>> = {
  locate: async (dump) => {
    const { located, confidence, reason } = await dump.locate();
    return { physBase: located?.physBase, confidence, reason };
  },
  kernel: async (dump) => (await dump.kernel()).located.physBase,
  analyze: async (dump) => (await dump.analyze('kernel-log')).text,
  verify: async (dump) => (await dump.verify()).isSound,
  compare: async (dump) => {
    using other = await open(new BufferSource(bytes, 'other'));
    return (await dump.compare(other)).isEqual;
  },
  'the other way round': async (dump) => {
    using other = await open(new BufferSource(bytes, 'other'));
    return (await other.compare(dump)).isEqual;
  },
  convert: async (dump) => {
    const sink = new BufferSink();
    await dump.convert(sink, { kind: 'elf' });
    return sink.bytes.length;
  },
  repair: async (dump) => {
    const sink = new BufferSink();
    await dump.repair(sink);
    return sink.bytes.length;
  },
};

describe('a source that fails while the library reads it', () => {
  for (const [name, ask] of Object.entries(questions)) {
    it(`gives the answer or its failure, whichever read fails: ${name}`, async () => {
      const sound = new FailingSource(Number.POSITIVE_INFINITY);
      using whole = await open(sound);
      const answer = await ask(whole);
      const failures = new Set<number>();
      for (let at = 1; at <= sound.reads; at = Math.ceil(at * 1.5)) {
        try {
          using dump = await open(new FailingSource(at));
          const other = await ask(dump);
          const isFailure =
            name === 'locate' && (other as { readonly reason: string }).reason === 'source-failed';
          expect(isFailure ? answer : other, `read ${at}`).to.deep.equal(answer);
          failures.add(isFailure ? at : 0);
        } catch (error) {
          expect(isVmcorekitError(error, 'io') ? error.message : error, `read ${at}`).to.equal(
            'DISK: input/output error',
          );
          failures.add(at);
        }
      }
      expect(failures.size).to.be.above(1);
    });
  }
});
