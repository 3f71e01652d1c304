import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { guests, vmlinuxFiles } from './guests.ts';
import { pending, run } from './run.ts';
import { answerOf } from './vmcorekit.ts';

const bin = fileURLToPath(new URL('../../packages/vmcorekit/bin/vmcorekit.cjs', import.meta.url));
const hasGdb = run('gdb', ['--version']).status === 0;
const tasks = /^tasks-/;
/** Guests in which a tracer replaced return addresses, and the code that they lead to. */
const traced: Readonly<Record<string, string>> = {
  'kretprobes-6.1': 'arch_rethook_trampoline',
  'function-graph-6.1': 'return_to_handler',
};
/** A dump of a crashed kernel, as its capture kernel's makedumpfile wrote it. */
const captured = 'kdump-captured/makedumpfile-zlib.vmcore';
/** gdb's name of every frame that an interrupt made. */
const interrupt = '<signal';
/** Structures whose layouts gdb must show as with the vmlinux. */
const structs = ['task_struct', 'page', 'mm_struct', 'net', 'sock', 'inode', 'rq', 'module'];

interface Stack {
  readonly pid: number;
  readonly frames: readonly { readonly symbol: string | null; readonly kind: string }[];
}

function gdb(commands: readonly string[], ...args: readonly string[]): string {
  const all = ['set pagination off', 'set width 0', 'set remotetimeout 3600', ...commands];
  const { output } = run('gdb', [
    ...['-nx', '-batch'],
    ...all.flatMap((command) => ['-ex', command]),
    ...args,
  ]);
  return output;
}

/** The functions of each task's stack by its pid, as gdb shows them. */
function stacksIn(output: string): ReadonlyMap<number, readonly string[]> {
  const threads = output.split(/^Thread \d+ \(Thread \d+ /m).slice(1);
  return new Map(
    threads.flatMap((text) => {
      const pid = /^"[^\n]*" \(pid (\d+), /.exec(text)?.[1];
      const names = [...text.matchAll(/^#\d+ +(?:0x[0-9a-f]+ in )?(\S+)/gm)].map(
        ([, name = '']) => name,
      );
      return pid === undefined ? [] : [[Number(pid), names] as const];
    }),
  );
}

/** gdb takes the end of `function.isra.0` for Ada's, and shows it without. */
function shown(symbol: string): string {
  return symbol.replace(/\.\d+$/, '');
}

/** How many stacks are the same; one that comes to a tracer's code ends there. */
function compareStacks(
  dump: string,
  tracer?: string,
): { readonly compared: number; readonly traced: number } {
  const server = `target remote | ${process.execPath} ${bin} gdbserver --stdio ${dump}`;
  const theirs = stacksIn(gdb([server, 'thread apply all bt']));
  const { stacks } = answerOf('bt', dump, '--all') as { readonly stacks: readonly Stack[] };
  let [compared, tracedCount] = [0, 0];
  for (const { pid, frames } of stacks) {
    const names = theirs.get(pid);
    const own = frames.filter(({ kind }) => kind !== 'user').map(({ symbol }) => symbol ?? '??');
    if (pid === 0 || names === undefined || own.length === 0) {
      continue;
    }
    const end = tracer === undefined ? -1 : names.indexOf(tracer);
    if (end >= 0) {
      expect(names, `pid ${pid}`).to.deep.equal([...own.slice(0, end).map(shown), tracer]);
      tracedCount++;
      continue;
    }
    const those = own.map((name, index) => (names[index] === interrupt ? interrupt : shown(name)));
    expect(names.slice(0, own.length), `pid ${pid}`).to.deep.equal(those);
    compared++;
  }
  return { compared, traced: tracedCount };
}

describe('a symbol file out of the dump alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-symbols-'));
  after(() => rmSync(folder, { recursive: true }));
  const known = guests().filter(({ name }) => tasks.test(name));
  for (const { name, folder: of } of guests().filter((guest) => guest.name in traced)) {
    it(`ends the stacks of ${name} at the code of the tracer, by its name`, function () {
      if (!hasGdb) {
        pending(this, 'gdb is not installed');
      }
      const found = compareStacks(join(of, 'kdump-zlib.vmcore'), traced[name]);
      expect(found.traced).to.be.above(10);
      expect(found.compared).to.be.above(10);
    });
  }

  it('leads out of the function that a crashed CPU stands in', function () {
    const dump = join(process.env.VMCOREKIT_LAB_DUMPS ?? '.lab', captured);
    if (!hasGdb || !existsSync(dump)) {
      pending(this, hasGdb ? `${captured} is not in the laboratory` : 'gdb is not installed');
    }
    expect(compareStacks(dump).compared).to.be.above(20);
  });

  if (known.length === 0) {
    it('not tried: the laboratory has no guest with tasks');
  }
  for (const guest of known) {
    const file = join(folder, `${guest.name}.elf`);

    it(`lets gdb walk the stacks of ${guest.name}, given nothing else`, function () {
      if (!hasGdb) {
        pending(this, 'gdb is not installed');
      }
      const { compared } = compareStacks(join(guest.folder, 'kdump-zlib.vmcore'));
      expect(compared).to.be.above(100);
    });

    it(`is sound for readelf and gdb, of ${guest.name}`, function () {
      if (!hasGdb) {
        pending(this, 'gdb is not installed');
      }
      answerOf('symbol-file', join(guest.folder, 'kdump-zlib.vmcore'), file);
      // It reads the types too, and prints only their forms.
      for (const part of ['frames', 'abbrev']) {
        const { output } = run('readelf', [`--debug-dump=${part}`, '--wide', file]);
        expect(/.*(?:warning|error).*/i.exec(output)?.[0]).to.equal(undefined);
      }
      const checked = gdb(['maint check-symtabs', 'ptype schedule_timeout'], file);
      expect(checked.trim()).to.equal('type = long (long)');
    });

    it(`shows the types of ${guest.name} as gdb with a vmlinux does`, function () {
      const vmlinux = vmlinuxFiles().get(guest.buildId);
      if (!hasGdb || vmlinux === undefined) {
        pending(this, hasGdb ? 'VMCOREKIT_VMLINUX has none of its build' : 'gdb is not installed');
      }
      const commands = structs.map((name) => `ptype /ox struct ${name}`);
      // BTF does not tell an open array from one without elements.
      const [own, theirs] = [file, vmlinux].map((each) =>
        gdb(commands, each ?? '').replaceAll('[0]', '[]'),
      );
      expect(own).to.equal(theirs);
      expect(own?.length).to.be.above(100_000);
    });
  }
});
