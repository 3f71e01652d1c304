import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type GdbServer, gdb, gdbVersion, serve } from './gdb.ts';
import { stacksOfGdb } from './gdb-stacks.ts';
import { type DebuggedGuest, debuggedGuests } from './guests.ts';
import { pending } from './run.ts';
import { answerOf } from './vmcorekit.ts';

const banner = 'Linux version ';
/** Prints where the stack of a thread begins; nothing where that is not known. */
const start = '-q -s printf "%#lx %#lx\\n", $pc, $sp';
/** gdb's first release that knows a machine, where Debian's older gdb does not. */
const knownSince: Readonly<Record<string, number>> = { loongarch64: 14 };
const bigEndian: ReadonlySet<string> = new Set(['s390x']);

/** Where gdb ends a stack before the program that entered the kernel. */
const endsBeforePrograms: ReadonlySet<string> = new Set(['arm64']);
/** Those of which no stack is known. */
const withoutStacks: ReadonlySet<string> = new Set(['arm', 'loongarch64']);
/** Of a hundred stacks: those that gdb may end early. They never have another frame. */
const shorterAllowed = 3;

interface Stacks {
  readonly stacks: readonly {
    readonly pid: number;
    readonly frames: readonly {
      readonly address: string;
      readonly kind: string;
      readonly symbol: string | null;
      readonly stackPointer: string | null;
    }[];
  }[];
}

interface Found {
  readonly hits: readonly { readonly virtualAddresses: readonly string[] }[];
}

const all = debuggedGuests();

describe('gdb on the guests of other machines than x86-64', () => {
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps of them in .lab or VMCOREKIT_LAB_DUMPS');
  }
  for (const guest of all) {
    const why = whyNot(guest);
    if (why === undefined) {
      describe(guest.name, () => testGuest(guest));
    } else {
      it(`${guest.name}: not tried: ${why}`);
    }
  }
});

function whyNot({ architecture }: DebuggedGuest): string | undefined {
  if (gdbVersion === undefined) {
    return 'gdb-multiarch is not here';
  }
  const since = knownSince[architecture] ?? 0;
  return Number.parseInt(gdbVersion, 10) < since
    ? `gdb ${gdbVersion} does not know ${architecture}; gdb ${since} does`
    : undefined;
}

function testGuest({ folder, architecture, release, instructionPointers }: DebuggedGuest): void {
  const dump = join(folder, 'elf.vmcore');
  const temporary = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  let server: GdbServer | undefined;
  let tasks: Stacks['stacks'] = [];
  let threads: readonly string[] = [];
  const ask = (...commands: readonly string[]): string => {
    if (server === undefined) {
      throw new Error('no server runs');
    }
    return gdb(server, bigEndian.has(architecture) ? 'big' : 'little', commands);
  };

  before(async () => {
    server = await serve(dump);
    tasks = (answerOf('bt', '--all', dump) as Stacks).stacks;
    threads = ask('info threads').match(/^[* ] +\d+ +Thread .*$/gm) ?? [];
  });
  after(() => {
    server?.stop();
    rmSync(temporary, { recursive: true });
  });
  /** The first threads are CPUs. */
  const cpuCount = () => threads.findIndex((line) => !/^[* ] +\d+ +Thread \d+ "CPU /.test(line));

  it('has the instruction pointers of its CPUs as QEMU reported them', () => {
    const pointers = startsIn(ask(`thread apply 1-${cpuCount()} ${start}`)).map(
      (each) => each.split(' ')[0],
    );
    expect(pointers).to.have.members(instructionPointers);
  });

  it('lists all tasks after the CPUs, and begins their stacks where bt does', () => {
    const first = cpuCount() + 1;
    expect(threads).to.have.lengthOf(cpuCount() + tasks.length);
    const starts = startsIn(ask(`thread apply ${first}-${threads.length} ${start}`));
    const expected = tasks.flatMap(({ frames: [frame] }) =>
      frame?.stackPointer == null ? [] : `${frame.address} ${frame.stackPointer}`,
    );
    expect(starts).to.deep.equal(expected);
  });

  it('shows the stacks of all tasks as bt does, and ends them where they end', () => {
    const found = new Map(stacksOfGdb(ask, temporary).map((stack) => [stack.pid, stack]));
    const compared = tasks.filter(
      ({ pid, frames: [first] }) => pid !== 0 && first !== undefined && first.kind !== 'user',
    );
    const shorter: number[] = [];
    for (const { pid, frames } of compared) {
      const own = frames
        .filter(({ kind }) => kind !== 'user' || !endsBeforePrograms.has(architecture))
        .map(({ address }) => address);
      const { frames: shown = [], end = '' } = found.get(pid) ?? {};
      const addresses = shown.map(({ address }) => address);
      expect(addresses, `PID ${pid}`).to.deep.equal(own.slice(0, addresses.length));
      if (addresses.length < own.length) {
        shorter.push(pid);
      } else {
        expect(end, `PID ${pid}`).to.equal('outermost');
      }
      for (const [index, { name }] of shown.entries()) {
        const { symbol = null, kind = 'user' } = frames[index] ?? {};
        if (name !== null && symbol !== null && kind !== 'interrupted') {
          expect(name, `PID ${pid}`).to.equal(symbol.replace(/\.\d+$/, ''));
        }
      }
    }
    const allowed = withoutStacks.has(architecture)
      ? compared.length
      : (compared.length * shorterAllowed) / 100;
    expect(shorter, 'ended early').to.have.lengthOf.at.most(Math.ceil(allowed));
  });

  it('reads the banner', () => {
    const { hits } = answerOf('find', '--text', banner, dump) as Found;
    const addresses = hits.flatMap(({ virtualAddresses: [first] }) => first ?? []);
    const read = ask(...addresses.map((address) => `x/s ${address}`));
    expect(read).to.include(`"${banner}${release} (`);
  });

  it('disassembles where a task goes on', function () {
    const [first] = tasks.flatMap(({ frames }) => frames.slice(0, 1));
    if (first === undefined) {
      pending(this, 'no stack of a task is known');
    }
    const code =
      ask(`x/8i ${first.address}`).match(/^(?:=>)? +0x[0-9a-f]+(?: <[^>]*>)?:\t\S.*$/gm) ?? [];
    expect(code).to.have.lengthOf(8);
    expect(code.join('\n')).not.to.match(/Cannot access|\(bad\)|undefined/);
  });
}

/** Where stacks begin. */
function startsIn(output: string): string[] {
  return output.match(/^0x[0-9a-f]+ 0x[0-9a-f]+$/gm) ?? [];
}
