import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CrashFacts, crashFacts } from './crash-facts.ts';
import { type CrashLines, crashLines } from './crash-lines.ts';
import { type Guest, guests, vmlinuxFiles } from './guests.ts';
import { crash, has } from './peers.ts';
import { pending } from './run.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

const compared = ['tasks-6.1', 'tasks-6.12'];
const vmlinuxOf = vmlinuxFiles();
const all = guests().filter(({ name }) => compared.includes(name));

/** How crash says that it cannot read a kernel. */
const refused = /invalid|cannot|failed|not available|not supported/i;

describe("lines of crash, by crash and by the shell's words", () => {
  if (all.length === 0) {
    it(`not tried: the laboratory's dumps of ${compared.join(' and ')} are not here`);
  }
  for (const guest of all) {
    describe(guest.name, () => compareLines(guest));
  }
});

function compareLines({ folder, buildId }: Guest): void {
  const vmlinux = vmlinuxOf.get(buildId);
  if (vmlinux === undefined || !has.crash) {
    it(`not tried: ${vmlinux === undefined ? 'no vmlinux of it is given' : 'crash is not here'}`);
    return;
  }
  const temporary = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  const dump = join(temporary, 'mended');
  const answers = new Map<string, string>();
  let lines: CrashLines;
  let table: readonly CrashFacts[] = [];

  before(async () => {
    const { status, output } = vmcorekit('repair', join(folder, 'elf.vmcore'), dump);
    expect(status, output).to.equal(0);
    lines = await crashLines(dump);
    const { tasks } = answerOf('ps', dump) as {
      readonly tasks: readonly { comm: string; pid: number }[];
    };
    // crash 8.0.2 finds only the tasks on the CPUs of Linux 6.1.192: this one is among them.
    table = crashFacts(tasks.find(({ comm }) => comm === 'user-busy')?.pid ?? 1);
    const { output: printed } = crash(dump, vmlinux, ...table.flatMap(marked));
    for (const [index, { line }] of table.entries()) {
      answers.set(line, between(printed, index));
    }
  });
  after(() => {
    lines[Symbol.dispose]();
    rmSync(temporary, { recursive: true });
  });

  for (const [index, { line: named }] of crashFacts(0).entries()) {
    it(named.replace(/ 0$/, ' PID'), async function () {
      const entry = table[index];
      const theirs = answers.get(entry?.line ?? '') ?? '';
      const { facts = /./g, fewest = 1, isSame = false, line = '' } = entry ?? {};
      const matches = [...theirs.matchAll(facts)].map((match) =>
        match.slice(1).filter((group) => group !== undefined && group !== ''),
      );
      const refusal = theirs.split('\n').find((each) => refused.test(each));
      if (refusal !== undefined && matches.length < fewest) {
        pending(this, `crash says: ${refusal.trim()}`);
      }
      expect(matches.length, theirs).to.be.at.least(fewest);
      const ours = await lines.say(line);
      const isOurs = isSame ? sameLine(ours) : lineWith(ours);
      const missing = matches.filter((groups) => !isOurs(groups));
      expect(missing, ours.slice(0, 2000)).to.deep.equal([]);
    });
  }
}

/** A mark before the line, by which its output is found again: crash echoes no input. */
function marked({ line }: CrashFacts, index: number): readonly string[] {
  return [`eval ${markOf(index)}`, line];
}

function markOf(index: number): string {
  return (0x7a110000 + index).toString(16);
}

function between(printed: string, index: number): string {
  const start = printed.indexOf(`hexadecimal: ${markOf(index)}`);
  const body = start < 0 ? '' : printed.slice(start).split('\n').slice(4).join('\n');
  const end = body.indexOf(`hexadecimal: ${markOf(index + 1)}`);
  return end < 0 ? body : body.slice(0, end);
}

/** Whether one of our lines is exactly the fact, but for the number of spaces. */
function sameLine(ours: string): (groups: readonly string[]) => boolean {
  const plain = (line: string) => line.trim().replaceAll(/ +/g, ' ');
  const known = new Set(ours.split('\n').map(plain));
  return (groups) => known.has(plain(groups.join(': ')));
}

/** Whether one of our lines has all words of the fact, in any order, with or without 0x. */
function lineWith(ours: string): (groups: readonly string[]) => boolean {
  const known = ours
    .split('\n')
    .map((line) => new Set(line.toLowerCase().split(/[^\w.:-]+|\b0x|:$|: /)));
  const plain = (text: string) => text.toLowerCase().replaceAll(/^\W+|\W+$/g, '');
  return (groups) =>
    known.some((words) => groups.every((each) => words.has(plain(each)) || hasAll(words, each)));
}

/** Names with other marks in them, such as `PRESENT|RW`, are several words. */
function hasAll(words: ReadonlySet<string>, text: string): boolean {
  const parts = text.toLowerCase().split(/[^\w.:-]+/);
  return parts.length > 1 && parts.every((part) => part === '' || words.has(part));
}
