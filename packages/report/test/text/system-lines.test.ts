import type { SystemFacts } from '@vmcorekit/engine';
import { plainStyle } from '@vmcorekit/report';
import { expect } from 'chai';
import { systemLines } from '../../dist/text/system-lines.js';

const unknown = { value: null, because: 'no kernel was found' } as const;
const nothing: SystemFacts = {
  hostName: unknown,
  release: unknown,
  version: unknown,
  machine: unknown,
  machineModel: unknown,
  firmware: unknown,
  cpuModel: unknown,
  hypervisor: unknown,
  cpusInDump: unknown,
  cpusOnline: unknown,
  cpusPresent: unknown,
  memoryInDump: unknown,
  systemRam: unknown,
  usableMemory: unknown,
  crashTime: unknown,
  wallClock: unknown,
  headerTime: unknown,
  uptimeInSeconds: unknown,
  loadAverage: unknown,
  tasks: unknown,
  commandLine: unknown,
  taint: unknown,
  panic: unknown,
};

/** Label, value and source of each line, and the text of lines that are none. */
function rows(facts: Partial<SystemFacts>, verbose: boolean = false): string[] {
  return systemLines({ ...nothing, ...facts }, plainStyle(), verbose)
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/).join(' | '));
}

describe('systemLines', () => {
  it('say the value of each fact and its source', () => {
    const [load, ...others] = rows({
      loadAverage: { value: [0.5, 2.01, 0], from: 'avenrun' },
      crashTime: { value: 1_795_414_016, from: 'VMCOREINFO' },
      uptimeInSeconds: { value: 90_061, from: 'tk_core' },
    }).sort((one, other) => (one.startsWith('load') ? -1 : other.startsWith('load') ? 1 : 0));
    expect(load).to.equal('load average | 0.50, 2.01, 0.00 | avenrun');
    expect(others.slice(0, 2)).to.deep.equal([
      'crash time | 2026-11-23T06:06:56Z | VMCOREINFO',
      'uptime | 1 d 1 h 1 min 1 s | tk_core',
    ]);
  });

  it('give the letters of a taint, its number and its words', () => {
    const flags = [
      { bit: 0, letter: 'P', meaning: 'one' },
      { bit: 31, letter: null, meaning: 'other' },
    ];
    const [line] = rows({ taint: { value: { mask: 0x80000001, flags }, from: 'tainted_mask' } });
    expect(line).to.equal('taint | P bit 31 (2147483649): one; other | tainted_mask');
    const [clean] = rows({ taint: { value: { mask: 0, flags: [] }, from: 'tainted_mask' } });
    expect(clean).to.equal('taint | not tainted | tainted_mask');
  });

  it('tell of a panic with its oops and its task, escaped', () => {
    const value = {
      text: 'Kernel panic - not syncing: \x1b[31m',
      nanoseconds: 1,
      oops: ['BUG: x', 'Oops: 0002 [#1]'],
      task: { cpu: 1, pid: 7, name: 'in\x07it' },
    };
    expect(rows({ panic: { value, from: 'log' } }).slice(0, 4)).to.deep.equal([
      'panic | Kernel panic - not syncing: \\x1b[31m | log',
      'oops | BUG: x | log',
      'oops | Oops: 0002 [#1] | log',
      'panic task | in\\x07it, PID 7, CPU 1 | log',
    ]);
  });

  it('name what is not proved in one line, and say why when asked', () => {
    const tasks = { value: 5, from: 'nr_threads' };
    const [, line] = rows({ tasks });
    expect(line).to.match(/^not proved \| host name, .*, panic \(--verbose says why\)$/);
    expect(line).not.to.include('tasks');
    expect(rows({ tasks }, true)).to.include.members([
      'host name | not proved: no kernel was found',
      'tasks | 5 | nr_threads',
    ]);
  });
});
