import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Guest, guests, vmlinuxFiles } from './guests.ts';
import { crash, drgnStacks, has } from './peers.ts';
import { pending } from './run.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

interface Frame {
  readonly address: string;
  readonly module: string | null;
}

interface Stack {
  readonly task: string;
  readonly pid: number;
  /** Of a task that sleeps, the one that it ran on last. */
  readonly cpu: number | null;
  readonly state: string;
  readonly frames: readonly Frame[];
}

/** The notes of a CPU in a dump. QEMU numbers CPUs from 1, and writes that as the PID. */
interface CpuNotes {
  readonly index: number;
  readonly pid: number | null;
}

interface Task {
  readonly address: string;
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly state: string;
  readonly cpu: number;
  readonly onCpu: boolean;
  readonly virtualSizeInBytes: number;
  readonly residentSizeInBytes: number;
}

interface Module {
  readonly address: string;
  readonly name: string;
  readonly base: string;
  readonly size: number;
}

/** One whose tasks rest, and one that panicked under load, with modules. */
const compared = ['ovmf-nokaslr', 'panic-irq-6.1'];
const vmlinuxOf = vmlinuxFiles();
const all = guests().filter(({ name }) => compared.includes(name));

/** crash's words for the states that one letter names in `ps`. */
const stateOfCrash: Readonly<Record<string, string>> = {
  RU: 'R',
  IN: 'S',
  UN: 'D',
  ID: 'I',
  ZO: 'Z',
  DE: 'X',
};
const taskLine =
  /^>? +(\d+) +(-?\d+) +(\d+) +([0-9a-f]{16}) +([A-Z]{2}) +[\d.]+ +(\d+) +(\d+) +(.*?) *$/gm;
const moduleLine = /^([0-9a-f]{16}) +(\S+) +([0-9a-f]{16}) +(\d+) /gm;

describe('what the commands of inspection say', () => {
  if (all.length === 0) {
    it(`not tried: the laboratory's dumps of ${compared.join(' and ')} are not here`);
  }
  for (const guest of all) {
    describe(guest.name, () => compareWithPeers(guest));
  }
});

function compareWithPeers({ folder, buildId }: Guest): void {
  const vmlinux = vmlinuxOf.get(buildId) ?? '';
  const missing = (isHere: boolean, peer: string): string | undefined =>
    vmlinux === '' ? 'no vmlinux of it is given' : isHere ? undefined : `${peer} is not here`;
  const withoutDrgn = missing(has.drgn, 'drgn');
  const withoutCrash = missing(has.crash, 'crash');
  const temporary = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  const dump = join(temporary, 'mended');
  let printed = '';
  let tasks: readonly Task[] = [];

  before(() => {
    const { status, output } = vmcorekit('repair', join(folder, 'elf.vmcore'), dump);
    expect(status, output).to.equal(0);
    ({ tasks } = answerOf('ps', dump) as { readonly tasks: readonly Task[] });
    printed = withoutCrash === undefined ? crash(dump, vmlinux, 'ps', 'mod').output : '';
  });
  after(() => rmSync(temporary, { recursive: true }));

  /** A test that is pending, with the reason in its title, where a peer is not here. */
  const test = (title: string, why: string | undefined, body: Mocha.Func): void => {
    if (why === undefined) {
      it(title, body);
    } else {
      it(`${title}: not tried: ${why}`);
    }
  };

  test('bt returns where drgn returns', withoutDrgn, () => {
    const { status, output } = drgnStacks(dump, vmlinux, temporary);
    expect(status, output).to.equal(0);
    const theirs = JSON.parse(output.split('\n')[0] ?? '') as readonly {
      readonly task: string;
      readonly counters: readonly string[] | null;
    }[];
    const { stacks } = answerOf('bt', '--all', dump) as { readonly stacks: readonly Stack[] };
    const stackOf = new Map(stacks.map((stack) => [stack.task, stack]));
    const running = new Set(tasks.filter(({ onCpu }) => onCpu).map(({ address }) => address));
    const { cpus } = answerOf('info', dump) as { readonly cpus: readonly CpuNotes[] };
    let equal = 0;
    for (const { task, counters } of theirs) {
      const stack = stackOf.get(task);
      expect(stack, task).to.not.equal(undefined);
      if (counters === null || stack === undefined || isBeyondDrgn(stack, running, cpus)) {
        continue;
      }
      const ours = untilModule(stack.frames);
      const same = distinct(counters);
      const isCut = ours.length < stack.frames.length;
      expect(isCut ? same.slice(0, ours.length) : same, `PID ${stack.pid}`).to.deep.equal(ours);
      equal += 1;
    }
    expect(equal).to.be.greaterThan(theirs.length * 0.9);
  });

  test('ps has the lines of crash', withoutCrash, function () {
    const lines = [...printed.matchAll(taskLine)].map((match) => match.slice(1));
    if (lines.length === 0) {
      pending(this, 'crash does not list tasks of this dump');
    }
    const taskOf = new Map(tasks.map((task) => [task.address, task]));
    for (const [pid, ppid, cpu, address, state = '', size, resident, comm] of lines) {
      const task = taskOf.get(`0x${address}`);
      expect(task, `${address}`).to.not.equal(undefined);
      expect([pid, cpu, stateOfCrash[state], size, comm]).to.deep.equal([
        String(task?.pid),
        String(task?.cpu),
        task?.state,
        String(Number(task?.virtualSizeInBytes) / 1024),
        comm?.startsWith('[') ? `[${task?.comm}]` : task?.comm,
      ]);
      // crash 8.0.2 counts pages of files and nameless ones, not shared memory (MM_SHMEMPAGES).
      expect(Number(resident)).to.be.at.most(Number(task?.residentSizeInBytes) / 1024);
      expect(resident === '0').to.equal(task?.residentSizeInBytes === 0);
      // -1: crash did not find the parent.
      expect(ppid).to.be.oneOf(['-1', String(task?.ppid)]);
    }
    // crash 8.0.2 finds only the tasks on the CPUs of Linux 6.1.192; a later one finds all.
    const found = lines.map(([, , , address]) => `0x${address}`);
    const isComplete = lines.some(([pid]) => pid === '1');
    const expected = tasks.filter(({ onCpu, pid }) => isComplete || onCpu || pid === 0);
    expect(found).to.have.members(expected.map(({ address }) => address));
  });

  test('mod has the lines of crash', withoutCrash, function () {
    const lines = [...printed.matchAll(moduleLine)].map((match) => match.slice(1));
    if (lines.length === 0 && !printed.includes('no modules installed')) {
      pending(this, 'crash does not list modules of this dump');
    }
    const { modules } = answerOf('mod', dump) as { readonly modules: readonly Module[] };
    expect(
      modules.map(({ address, name, base, size }) =>
        [address.slice(2), name, base.slice(2), size].join(' '),
      ),
    ).to.have.members(lines.map((line) => line.join(' ')));
  });
}

/**
 * What drgn 0.0.22 cannot unwind:
 * - Tasks with the PID in the note of the CPU that they ran on last: it takes the registers there
 *   for theirs. QEMU's note of CPU 0 has PID 1, that of CPU 1 has PID 2, and so on. So the stack of
 *   PID 2 is CPU 1's in a dump where it ran there last, and its own in another.
 * - Tasks on a CPU: it finds no registers of theirs.
 * - Zombies: their stack is freed.
 */
function isBeyondDrgn(
  { task, pid, cpu, state }: Stack,
  running: ReadonlySet<string>,
  cpus: readonly CpuNotes[],
): boolean {
  const hasPidOfNote = cpus.some((notes) => notes.index === cpu && notes.pid === pid);
  return hasPidOfNote || running.has(task) || state === 'Z';
}

/** Up to the first frame of a module: drgn has no debug information of those to go on with. */
function untilModule(frames: readonly Frame[]): readonly string[] {
  const end = frames.findIndex(({ module }) => module !== null) + 1;
  return distinct((end === 0 ? frames : frames.slice(0, end)).map(({ address }) => address));
}

/** Without what repeats the address before it, as inlined functions do. */
function distinct(addresses: readonly string[]): string[] {
  return addresses.filter((address, at) => address !== addresses[at - 1]);
}
