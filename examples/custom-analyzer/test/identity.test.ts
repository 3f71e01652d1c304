import { x8664 } from '@vmcorekit/architectures';
import { type Report, reportLines, TranslatedMemory, type Verdict } from '@vmcorekit/core';
import {
  buildLinuxKernel,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { identity } from '../src/identity.ts';

const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x8000000 }] });
const kernel = buildLinuxKernel({
  memory,
  physBase: 0x600000,
  kaslrOffset: 0,
  vmcoreInfoAt: null,
  tablesFrom: 0x4000000,
  directMapSizeInBytes: 0x8000000,
});
/** The kernel's data, past everything that the builder put there. */
const variables = 0xffffffff81500000n;
const commandLine = variables + 0x1000n;
const dump = memoryDump({ memory, architecture: x8664 });
const mmu = x8664.mmu ?? expect.fail();
const [root = expect.fail()] = mmu.rootsAt(kernel.root);

function put(address: bigint, text: string): void {
  memory.write(kernel.physical(address), new TextEncoder().encode(`${text}\0`));
}

function identify(symbols: Record<string, bigint>): Report {
  const opened = testKernel({
    dump,
    memory: new TranslatedMemory(memory, mmu, root),
    symbols: symbolList(symbols),
  });
  const work = identity.run({ dump, verdict: {} as Verdict, kernel: opened }, {});
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

describe('the identity example', () => {
  before(() => {
    for (const [index, text] of [
      'Linux',
      'db-7',
      '6.1.0-test',
      '#1 SMP',
      'x86_64',
      '(none)',
    ].entries()) {
      put(variables + BigInt(65 * index), text);
    }
    memory.writeUint64(kernel.physical(commandLine), commandLine + 8n);
    put(commandLine + 8n, 'root=/dev/vda1 \u001b[31mquiet');
  });

  it('reports host name, kernel and command line', () => {
    expect(
      identify({ init_uts_ns: variables, saved_command_line: commandLine }).data,
    ).to.deep.equal({
      nodename: 'db-7',
      release: '6.1.0-test',
      commandLine: 'root=/dev/vda1 \u001b[31mquiet',
    });
  });

  it('finds the names of older kernels, after a reference count', () => {
    expect(identify({ init_uts_ns: variables - 4n }).data).to.include({ nodename: 'db-7' });
  });

  it('prints no control character of the guest’s', () => {
    expect(reportLines(identify({ saved_command_line: commandLine }).text).join('\n')).to.contain(
      'root=/dev/vda1 \\x1b[31mquiet',
    );
  });

  it('says what is not in the dump, and goes on', () => {
    expect(
      identify({ init_uts_ns: 0xdead000000000000n, saved_command_line: commandLine }).text[0],
    ).to.equal('host name     not in the dump');
  });
});
