import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '@vmcorekit/core';
import { expect } from 'chai';
import { type GdbFrame, type GdbStack, stacksOfGdb } from './gdb-stacks.ts';
import { type Guest, guests, vmlinuxFiles } from './guests.ts';
import { crash, has } from './peers.ts';
import { pending, run } from './run.ts';
import { answerOf, bin, vmcorekit } from './vmcorekit.ts';

interface Stack {
  readonly pid: number;
  readonly frames: readonly { readonly address: string; readonly symbol: string | null }[];
}

interface Cpu {
  readonly registers: Readonly<Record<string, string>>;
}

interface Symbols {
  readonly symbols: readonly { readonly address: string }[];
}

interface Tasks {
  readonly tasks: readonly { readonly pid: number; readonly comm: string }[];
}

/** One that KASLR moved, and one that it did not; and one of a later kernel with many tasks. */
const debugged = ['seabios-kaslr', 'ovmf-nokaslr', 'tasks-6.1', 'tasks-6.12'];
const comparedTasks = 20;
const vmlinuxOf = vmlinuxFiles();
const hasGdb = run('gdb', ['--version']).status === 0;
const all = guests().filter(({ name }) => debugged.includes(name));

describe('gdb on x86-64', () => {
  if (!hasGdb || all.length === 0) {
    it(`not tried: ${hasGdb ? `no dump of ${debugged.join(' or ')}` : 'gdb'} is not here`);
    return;
  }
  for (const guest of all) {
    describe(guest.name, () => debug(guest));
  }
});

/** What gdb prints; it starts the server itself. */
function gdb(dump: string, files: readonly string[], ...commands: readonly string[]): string {
  const server = `target remote | '${process.execPath}' '${bin}' gdbserver --stdio '${dump}'`;
  // A busy machine may need longer than gdb's 2 seconds.
  const lines = ['set pagination off', 'set width 0', 'set remotetimeout 600', server, ...commands];
  const { output } = run('gdb', [
    ...['-nx', '-batch', ...files],
    ...lines.flatMap((line) => ['-ex', line]),
  ]);
  return output;
}

function debug({ folder, buildId }: Guest): void {
  const dump = join(folder, 'elf.vmcore');
  const vmlinux = vmlinuxOf.get(buildId);
  const temporary = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  after(() => rmSync(temporary, { recursive: true }));

  it('has the registers of the CPUs', () => {
    const { cpus } = answerOf('info', dump) as { readonly cpus: readonly Cpu[] };
    const output = gdb(dump, [], `thread apply 1-${cpus.length} info registers rip rsp`);
    for (const { registers } of cpus) {
      expect(output).to.match(new RegExp(`^rip +${registers.rip} `, 'm'));
      expect(output).to.match(new RegExp(`^rsp +${registers.rsp} `, 'm'));
    }
  });

  it('reads the banner at its address', () => {
    const { symbols } = answerOf('sym', dump, 'linux_banner') as Symbols;
    expect(gdb(dump, [], `x/s ${symbols[0]?.address}`)).to.contain('"Linux version ');
  });

  it('has all tasks as threads after the CPUs', () => {
    const { tasks } = answerOf('ps', dump) as Tasks;
    const { cpus } = answerOf('info', dump) as { readonly cpus: readonly Cpu[] };
    const output = gdb(dump, [], 'info threads');
    const threads = [...output.matchAll(/^[ *] +\d+ +Thread \d+ "(.*)" \((.*?)(?:,.*)?\) /gm)];
    const shown = threads.map(([, name, details]) => `${name}: ${details}`);
    expect(shown.slice(0, 1)).to.deep.equal(['CPU 0: as the dump shows it']);
    expect(shown.slice(cpus.length)).to.deep.equal(
      tasks.map(({ comm, pid }) => `${printable(comm)}: pid ${pid}`),
    );
  });

  it('refuses to write, to continue and to step, and says why', () => {
    const output = gdb(dump, [], 'print $rax = 1', 'set var *(char *) $rsp = 1', 'continue');
    expect(output).to.contain('a dump is read-only: nothing of it can be changed');
    expect(output).to.contain('Cannot access memory');
    expect(output).to.contain('a dump cannot run: it shows one moment of its machine');
  });

  it('runs commands of vmcorekit for monitor', () => {
    expect(gdb(dump, [], 'monitor ps 1')).to.match(/^ +1 +0 .* S .*$/m);
    expect(gdb(dump, [], 'monitor repair x')).to.contain("there is no command 'repair'");
  });

  describe('with vmlinux', () => {
    let ours: readonly Stack[] = [];
    let theirs: readonly GdbStack[] = [];

    before(function () {
      if (vmlinux === undefined) {
        pending(this, 'no vmlinux of it is given');
      }
      const { stacks } = answerOf('bt', '--all', dump) as { readonly stacks: readonly Stack[] };
      ours = stacks
        .filter(({ pid, frames }) => pid !== 0 && frames.length > 2)
        .slice(0, comparedTasks);
      theirs = stacksOfGdb((...commands) => gdb(dump, [vmlinux], ...commands), temporary, 60);
    });

    it('reads the banner by its name, moved by no user', () => {
      const output = gdb(dump, [vmlinux ?? ''], 'x/s linux_banner', 'print init_task.comm');
      expect(output).to.contain('"Linux version ').and.to.contain('= "swapper');
    });

    it(`shows the stacks of ${comparedTasks} tasks as bt does`, () => {
      expect(ours).to.have.length(comparedTasks);
      for (const { pid, frames } of ours) {
        const kernelFrames = frames.filter(({ symbol }) => symbol !== null);
        const shown = theirs.find((each) => each.pid === pid)?.frames ?? [];
        expect(shown.slice(0, kernelFrames.length).map(wordOf), `PID ${pid}`).to.deep.equal(
          kernelFrames.map(wordOf),
        );
      }
    });

    it('has the functions that crash names', function () {
      if (vmlinux === undefined || !has.crash) {
        pending(this, 'crash is not here');
      }
      const mended = join(temporary, 'mended');
      vmcorekit('repair', dump, mended);
      const lines = crash(mended, vmlinux, ...ours.map(({ pid }) => `bt ${pid}`)).output;
      const stacks = [...lines.matchAll(/^PID: +(\d+) .*\n((?: *#.*\n)+)/gm)];
      if (stacks.length === 0) {
        pending(this, 'crash does not list tasks of this dump');
      }
      for (const [, pid, text = ''] of stacks) {
        const names = [...text.matchAll(/^ *#\d+ \[\w+\] (\S+) at/gm)].map(([, name]) => name);
        const shown = theirs.find((each) => each.pid === Number(pid))?.frames ?? [];
        const same = shown.slice(0, names.length).map((frame) => wordOf(frame).split(' ')[0]);
        const named = names.map((name) => name?.replace(/_after_hwframe$/, ''));
        expect(same, `PID ${pid}`).to.deep.equal(named);
      }
      if (stacks.length < comparedTasks) {
        pending(this, `crash lists ${stacks.length} of the ${comparedTasks} tasks, which agree`);
      }
    });
  });
}

/** gdb names an entry of the kernel by its first symbol, kallsyms by the nearest one. */
function wordOf({ symbol, address }: Pick<GdbFrame, 'symbol' | 'address'>): string {
  return `${symbol?.replace(/_after_hwframe$/, '')} ${address}`;
}
