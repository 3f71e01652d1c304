import { hex } from '@vmcorekit/core';
import { propertyCases } from '@vmcorekit/testing';
import { expect } from 'chai';
import { readFixtures } from './support/fixture.ts';
import { writeKernelDump } from './support/kernel-dump.ts';
import { type CliWorld, runCli } from './support/run-cli.ts';

const dumps = readFixtures().map((fixture) => ({
  name: fixture.name,
  truth: fixture.truth,
  path: fixture.pathOf(fixture.files[0] ?? ''),
}));
const path = dumps.find(({ name }) => name === 'backports-kaslr')?.path ?? expect.fail();

/** Every kind of report that has tables or long values. */
const reports: readonly (readonly string[])[] = [
  ['probe', '--verbose', path],
  ['info', '--verbose', path],
  ['verify', path],
  ['repair', '--dry-run', path],
  ['heuristics'],
  ['plugins'],
  ['analyze'],
];

async function linesOf(args: readonly string[], world: CliWorld = {}): Promise<string[]> {
  const { stdout, stderr } = await runCli(['--quiet', '--color=never', ...args], world);
  expect(stderr, args.join(' ')).to.equal('');
  return stdout.trimEnd().split('\n');
}

function numbersIn(lines: readonly string[]): string[] {
  return (
    lines
      .join('\n')
      .match(/(?<![\w/.-])-?0x[\da-f]+|\b[\da-f]{40}\b/g)
      ?.sort() ?? []
  );
}

describe('the answer of probe', () => {
  const answers = new Map<string, Promise<string[]>>();

  /** Each dump is searched once. */
  function answerOf(dump: string): Promise<string[]> {
    const answer = answers.get(dump) ?? linesOf(['probe', dump]);
    answers.set(dump, answer);
    return answer;
  }

  for (const { name, truth, path: dump } of dumps) {
    it(`is short and true: ${name}`, async () => {
      const lines = await answerOf(dump);
      const [kernel] = truth.kernels;
      const isFound = truth.expected.kernel && kernel !== undefined;
      // crash and drgn need more words where they are not this machine's own.
      const isX8664 = kernel === undefined || kernel.physBase !== null;
      expect(lines.length).to.be.at.most(isX8664 ? 16 : 18);
      expect(lines[0]).to.match(isFound ? /: certain$/ : /: none:/);
      if (isFound) {
        const { physBase, kaslrOffset, textVirtualAddress, textPhysicalAddress } = kernel;
        const place =
          physBase ?? BigInt.asUintN(64, BigInt(textVirtualAddress) - BigInt(textPhysicalAddress));
        const values = [
          `${physBase === null ? '[a-z_ ]+' : 'phys_base'} +${hex(place)}(?! *\\w)`,
          ...(kaslrOffset === null ? [] : [`KASLR offset +${hex(kaslrOffset)}$`]),
          `kernel +${kernel.release.replaceAll(/[.+]/g, '\\$&')}, ${kernel.role}$`,
        ];
        for (const value of values) {
          expect(lines.slice(1, 4).join('\n')).to.match(new RegExp(`^ {2}${value}`, 'm'));
        }
      }
    });
  }

  it('says beside phys_base what the header says in its place', async () => {
    const ofQemu = await linesOf(['probe', writeKernelDump().path]);
    expect(ofQemu[1]).to.equal("  phys_base     -0x25600000  (header says 0x0: QEMU's default)");
    const others = await Promise.all(dumps.map(({ path: dump }) => answerOf(dump)));
    expect(others.map((lines) => lines[1])).to.include(
      '  phys_base     -0x35800000  (header says -0x897581056)',
    );
  });
});

describe('the width of the reports', () => {
  // Rows of 456 columns came out of a pipe, into tickets and the logs of CI.
  for (const args of reports) {
    it(`is at most 100 in a pipe: ${args.slice(0, -1).join(' ') || args[0]}`, async () => {
      const lines = await linesOf(args);
      // Commands to paste, and the paths of files, are not broken.
      const rows = lines.filter((line) => !line.includes(path));
      expect(rows.filter((line) => line.length > 100)).to.deep.equal([]);
    });
  }

  it('is 80, not 40, on a terminal that reports 0 columns', async () => {
    for (const args of [
      ['probe', path],
      ['probe', '--verbose', path],
      ['info', path],
    ]) {
      const unknown = await linesOf(args, { terminalColumns: 0 });
      const usual = await linesOf(args, { terminalColumns: 80 });
      expect(unknown.slice(0, -1)).to.deep.equal(usual.slice(0, -1));
    }
  });

  // -0x1de00000 came as -0x1de0000 and 0.
  it('breaks no number and no build ID at 40 columns', async () => {
    for (const args of reports) {
      const narrow = numbersIn(await linesOf(args, { terminalColumns: 40 }));
      const wide = numbersIn(await linesOf(args, { env: { COLUMNS: '1000' } }));
      expect(narrow, args.join(' ')).to.deep.equal(wide);
    }
  });

  it('leaves out words at 40 columns, and never a part of a number', async () => {
    // One dump in five; all in continuous integration.
    for (const { path: dump } of propertyCases(dumps, 5)) {
      const narrow = numbersIn(await linesOf(['probe', dump], { terminalColumns: 40 }));
      const wide = numbersIn(await linesOf(['probe', '--verbose', dump]));
      expect(wide, dump).to.include.members(narrow);
    }
  });

  it('keeps each command to paste on one line', async () => {
    for (const terminalColumns of [40, 80]) {
      const lines = await linesOf(['probe', path], { terminalColumns });
      expect(lines.filter((line) => /^ {2}(crash|drgn|vmcorekit) /.test(line)))
        .to.have.length.of.at.least(1)
        .and.satisfy((commands: string[]) => commands.every((line) => line.includes(path)));
    }
  });
});
