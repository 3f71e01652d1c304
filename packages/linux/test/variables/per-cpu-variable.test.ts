import { btfTypes, evaluateExpression, kernelVariable } from '@vmcorekit/linux';
import { buildBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { addressOf, kernelWith, words } from '../system/kernel-with.ts';

/** Two CPUs, whose copies of `runqueues` lie 0x3000 and 0x4000 bytes after the symbol. */
function twoCpus() {
  const [first, second] = [addressOf(3) + 0x3000n, addressOf(3) + 0x4000n];
  return kernelWith(
    {
      nr_cpu_ids: words(2n),
      __cpu_possible_mask: words(3n),
      __per_cpu_offset: words(0x3000n, 0x4000n),
      runqueues: words(0n),
    },
    {
      types: btfTypes(
        buildBtf({
          types: [
            { kind: 'INT', name: 'unsigned int', size: 4 },
            {
              kind: 'STRUCT',
              name: 'rq',
              size: 8,
              members: [{ name: 'nr_running', type: 1, offsetInBits: 32 }],
            },
          ],
        }),
        { wordSizeInBits: 64 },
      ),
      at: { [String(first)]: words(5n << 32n), [String(second)]: words(7n << 32n) },
    },
  );
}

describe('a per-CPU variable', () => {
  it('is the copy of the CPU that was asked for', () => {
    const kernel = twoCpus();
    expect(kernelVariable(kernel, 'runqueues', 0).at('nr_running').number()).to.equal(5);
    expect(kernelVariable(kernel, 'runqueues', 1).at('nr_running').number()).to.equal(7);
    const value = evaluateExpression(kernel, 'per_cpu(runqueues, 1).nr_running + 1');
    expect(value).to.deep.include({ kind: 'number', value: 8n });
    const pointed = evaluateExpression(kernel, 'per_cpu_ptr(&runqueues, 1)->nr_running');
    expect(pointed.kind === 'object' && pointed.object.number()).to.equal(7);
  });

  it('is refused without a CPU, and for one that the machine cannot have', () => {
    const kernel = twoCpus();
    expect(() => kernelVariable(kernel, 'runqueues')).to.throw(/per_cpu\(runqueues, 0\)/);
    expect(() => kernelVariable(kernel, 'runqueues', 2)).to.throw(/one of 0, 1/);
    expect(() => evaluateExpression(kernel, 'runqueues.nr_running')).to.throw(
      /each CPU has for itself', allowed is the one of a CPU: per_cpu\(runqueues, 0\)/,
    );
    expect(() => evaluateExpression(kernel, 'runqueues[1]')).to.throw(/per_cpu\(runqueues, 0\)/);
  });

  it('is refused where all CPUs share it', () => {
    // per_cpu(init_task, 0) was a structure of which nothing can be read, with exit status 0.
    const kernel = kernelWith(
      {
        __per_cpu_start: words(),
        runqueues: words(),
        __per_cpu_end: words(),
        _text: words(),
        init_task: words(),
        _end: words(),
      },
      {
        types: btfTypes(
          buildBtf({
            types: [
              { kind: 'INT', name: 'int', size: 4 },
              {
                kind: 'STRUCT',
                name: 'task_struct',
                size: 4,
                members: [{ name: 'pid', type: 1, offsetInBits: 0 }],
              },
            ],
          }),
          { wordSizeInBits: 64 },
        ),
      },
    );
    expect(() => evaluateExpression(kernel, 'per_cpu(init_task, 0).pid')).to.throw(
      /init_task, which all CPUs share', allowed is a per-CPU variable/,
    );
  });

  it('has a size without a CPU', () => {
    const value = evaluateExpression(twoCpus(), 'sizeof(runqueues)');
    expect(value).to.deep.include({ kind: 'number', value: 8n });
  });
});
