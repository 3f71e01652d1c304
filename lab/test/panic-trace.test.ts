import { parsePanic } from '@vmcorekit/lab/truth/panic-trace';
import { expect } from 'chai';

const nmi = `[   35.1] Uhhuh. NMI received for unknown reason 30 on CPU 0.
[   35.2] Kernel panic - not syncing: NMI: Not continuing
[   35.3] CPU: 1 PID: 701 Comm: a b Not tainted 6.1.0-57-cloud-amd64 #1  Debian 6.1.192-1
[   35.4] Hardware name: QEMU Standard PC
[   35.5] Call Trace:
[   35.6]  <NMI>
[   35.7]  dump_stack_lvl+0x44/0x5c
[   35.8]  ? stale_function+0x9/0x30
[   35.9]  nmi_panic.cold+0xc/0xc
[   36.0]  </NMI>
[   36.1]  <TASK>
[   36.15] RIP: 0010:interrupted+0x3/0x9
[   36.2]  tun_do_read+0x1a/0x2b0 [tun]
[   36.3]  entry_SYSCALL_64_after_hwframe+0x6e/0xd8
[   36.4] RIP: 0033:0x7f0a
[   36.5]  </TASK>
[   36.6] Kernel Offset: 0x17600000 from 0xffffffff81000000
[   36.7] ---[ end Kernel panic - not syncing: NMI: Not continuing ]---
[   36.8] after+0x1/0x2
`;

describe('the kernel’s own words about its panic', () => {
  it('gives the reason, the CPU and the task', () => {
    expect(parsePanic(nmi)).to.include({
      reason: 'NMI: Not continuing',
      cpu: 1,
      pid: 701,
      comm: 'a b',
    });
  });

  it('gives each line of the trace with its stack, its module, and whether it counts', () => {
    expect(parsePanic(nmi)?.frames).to.deep.equal([
      { symbol: 'dump_stack_lvl', offset: 0x44, module: null, stack: 'NMI', reliable: true },
      { symbol: 'stale_function', offset: 0x9, module: null, stack: 'NMI', reliable: false },
      { symbol: 'nmi_panic.cold', offset: 0xc, module: null, stack: 'NMI', reliable: true },
      { symbol: 'interrupted', offset: 0x3, module: null, stack: 'TASK', reliable: true },
      { symbol: 'tun_do_read', offset: 0x1a, module: 'tun', stack: 'TASK', reliable: true },
      {
        symbol: 'entry_SYSCALL_64_after_hwframe',
        offset: 0x6e,
        module: null,
        stack: 'TASK',
        reliable: true,
      },
    ]);
  });

  it('ends with the panic, whatever the console says later', () => {
    expect(parsePanic(nmi)?.lines.at(-1)).to.match(/end Kernel panic/);
  });

  it('reads the line of newer kernels, which name a user', () => {
    const newer = nmi.replace('CPU: 1 PID', 'CPU: 1 UID: 0 PID');
    expect(parsePanic(newer)).to.include({ cpu: 1, pid: 701 });
  });

  it('takes the shorter of two twins, because the serial line repeats characters', () => {
    const doubled = nmi.replace('tun_do_read', 'tun_doo_read').replace('<NMI>\n', '<NMI>\n\n');
    const otherDoubled = nmi.replace('PID: 701', 'PID: 7011');
    expect(parsePanic(doubled, otherDoubled)).to.deep.equal(parsePanic(nmi));
  });

  it('believes the log where the serial line has another number of lines', () => {
    const broken = nmi.replace('  ? stale_function', '\n[   35.8] again');
    expect(parsePanic(broken, nmi)).to.deep.equal(parsePanic(nmi));
  });

  it('is absent where no kernel panicked', () => {
    expect(parsePanic('[    0.0] Linux version 6.1\n')).to.equal(undefined);
  });
});
