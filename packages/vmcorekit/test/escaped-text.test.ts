import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildElf, buildKdump, propertyCases, prstatusNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import { commands } from '../dist/commands/index.js';
import { writeKernelDump } from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

/**
 * An escape sequence, C1 controls, a bell, a bidirectional override, a line that would pass for the
 * tool's own, and markup.
 */
const evil = 'x\x1b[2J\x1b]0;t\x07\x9b31m\u202e\r<script>alert(1)</script>';
const latin1Evil = 'x\x1b[2J\x1b]0;t\x07\x9b31m\x85\r<b>';
/**
 * Nothing of that may reach a terminal as it is; a line ends with a line feed and nothing else. A
 * tab steers nothing.
 */
const steering = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u;

function expectPrintable(text: string, what: string): void {
  for (const line of text.split('\n')) {
    const found = steering.exec(line);
    expect(found, `${what}: ${JSON.stringify(line.slice(0, 300))}`).to.equal(null);
  }
}

describe('text out of a dump', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-escaped-'));
  after(() => rmSync(folder, { recursive: true }));

  const note = { name: latin1Evil, type: 7, descriptor: new TextEncoder().encode(evil) };
  const vmcoreinfo = `OSRELEASE=${latin1Evil}\n${latin1Evil}=1\nBUILD-ID=${latin1Evil}\nCRASHTIME=${latin1Evil}\n`;
  const fields = {
    sysname: latin1Evil,
    nodename: latin1Evil,
    release: latin1Evil,
    version: latin1Evil,
    machine: 'x86_64',
    domainname: latin1Evil,
  };
  const pages = [
    {
      pfn: 0,
      bytes: new Uint8Array(4096).map((_, index) => evil.charCodeAt(index % evil.length) & 0xff),
    },
    { pfn: 1, bytes: new Uint8Array(4096), descriptor: { flags: 1 } },
  ];
  const notes = [prstatusNote({ pr_pid: 1 }), note];
  const kdump = buildKdump({ pages, notes, vmcoreinfo, eraseinfo: latin1Evil, fields }).bytes;
  const elf = buildElf({
    segments: [
      {
        notes: [
          ...notes,
          { name: 'VMCOREINFO', type: 0, descriptor: Buffer.from(vmcoreinfo, 'latin1') },
        ],
      },
      { data: pages[0]?.bytes ?? new Uint8Array() },
    ],
  }).bytes;
  const dumps = [writeTemporaryFile(`vm\x1b[31mcore\u202e`, kdump), writeTemporaryFile('elf', elf)];
  // A kernel that is found, whose banner, VMCOREINFO and host name were chosen by who wants to
  // steer the terminal.
  const kernel = writeKernelDump({ release: '6.1.0-\x1b[31m\x9b1m' }).path;
  const all = [...dumps, kernel];
  const outside = (name: string) => join(folder, name);

  const asked = all.map((path) => [path]);
  /** Commands that need no kernel for an answer. */
  const answersAlways: ReadonlySet<string> = new Set(
    'probe describe info verify read find compare convert repair analyze config'.split(' '),
  );

  const lines = writeTemporaryFile(
    'lines',
    Buffer.from(`ps\nbt\nmod\nlog\nsys\n${evil}\ndump.image\nkernel\nsym('init_uts_ns')\n`),
  );
  const invocations: Readonly<Record<string, readonly (readonly string[])[]>> = {
    probe: [...all.map((path) => [path]), ['--all', '--verbose', kernel], all],
    describe: all.flatMap((path) => [[path], ['--verbose', '--hash', 'file,memory', path]]),
    info: all.flatMap((path) => [[path], ['--verbose', '--pages', path]]),
    verify: [all],
    read: all.flatMap((path) => [
      [path, '0', '64'],
      [path, '0x1000', '16'],
      ['--virtual', path, '0xffffffff81000000', '16'],
    ]),
    find: [
      ...all.map((path) => ['--text', evil, path]),
      ...all.map((path) => ['--u8', '0x1b', '--limit', '5', path]),
      ['--virtual', '--text', 'Linux version', kernel],
      ['--context', '0', '--text', 'Linux version', kernel],
      ['--pointer', evil, kernel],
    ],
    translate: [...all.map((path) => [path, '0xffffffff81000000']), [kernel, evil]],
    compare: [dumps, [kernel, dumps[0] ?? '']],
    convert: [
      [dumps[0] ?? '', outside('a')],
      [dumps[1] ?? '', outside(`b\x1b[31m`)],
      [kernel, outside('c')],
    ],
    repair: [
      ['--dry-run', dumps[0] ?? '', outside('d')],
      ['--dry-run', kernel, outside('e')],
    ],
    analyze: [
      ['vmcoreinfo', kernel],
      ['memory-map', kernel],
      ['kernel-log', kernel],
      ['vmcoreinfo', dumps[0] ?? ''],
      [evil, kernel],
    ],
    // It ends at once where it finds no kernel, and its client is a test of its own.
    gdbserver: [
      [dumps[0] ?? '', evil],
      ['--port', evil, kernel],
    ],
    heuristics: [[], [evil]],
    config: [
      ['--explain', dumps[0] ?? ''],
      ['--config', writeTemporaryFile('c.yaml', `rules:\n  - name: "\\e[31m"\n`)],
    ],
    plugins: [['--config', writeTemporaryFile('p.yaml', 'plugins: ["./\\e[31m.mjs"]\n')]],
    trust: [[outside(evil)]],
    init: [[evil], ['--plugin', evil]],
    completion: [['bash'], [evil]],
    ps: [...asked, [kernel, evil]],
    bt: [...asked, [kernel, evil]],
    runq: asked,
    locks: asked,
    files: [...asked, [kernel, evil]],
    vm: [...asked, [kernel, evil]],
    mount: [...asked, [kernel, evil]],
    net: asked,
    mod: [...asked, [kernel, evil]],
    bpf: asked,
    dis: [...all.map((path) => [path, evil]), [kernel, '0xffffffff81000000']],
    kmem: [...asked, [kernel, evil], ['--page', kernel, evil]],
    dev: [...asked, ['--io', kernel]],
    irq: asked,
    timer: asked,
    workqueue: [...asked, ['--workers', '--pools', '--queues', kernel]],
    extract: [
      ...all.map((path) => [path, evil]),
      ['--output', outside('f'), kernel, evil],
      ['--task', evil, kernel, '/'],
    ],
    sym: [...all.map((path) => [path, evil]), [kernel, '0xffffffff81000000']],
    struct: all.map((path) => [path, evil]),
    print: all.map((path) => [path, evil]),
    list: all.map((path) => [path, evil]),
    whatis: [...all.map((path) => [path, evil]), [kernel, '0xffffffff81000000']],
    index: [
      ...all.map((path, at) => [path, outside(`x${at}\x1b[31m`)]),
      ['--force', kernel, kernel],
    ],
    'symbol-file': [
      ...all.map((path, index) => [path, outside(`g${index}\x1b[31m`)]),
      ['--force', kernel, kernel],
    ],
    shell: all.map((path) => ['--batch', '--input', lines, path]),
    log: asked,
    'crash-summary': asked,
  };

  it('is tried with every command that opens a dump itself', () => {
    const others = commands.filter(({ name }) => !name.startsWith('fleet '));
    expect(Object.keys(invocations).sort()).to.deep.equal(others.map(({ name }) => name).sort());
  });

  for (const [command, argumentLists] of Object.entries(invocations)) {
    it(`reaches no terminal unescaped from ${command}`, async () => {
      for (const [turn, args] of argumentLists.entries()) {
        // Where a command lacks its kernel, each dump one way; both in continuous integration.
        const lacksKernel = !answersAlways.has(command) && dumps.some((dump) => args[0] === dump);
        for (const mode of propertyCases([[], ['--json']], lacksKernel ? 2 : 1, turn)) {
          const { stdout, stderr } = await runCli([command, ...mode, '--no-color', ...args], {
            folder,
          });
          expect(stdout.length + stderr.length).to.be.greaterThan(0);
          expectPrintable(stdout, `${command} ${mode.join(' ')} ${JSON.stringify(args)} stdout`);
          expectPrintable(stderr, `${command} ${mode.join(' ')} ${JSON.stringify(args)} stderr`);
        }
      }
    });
  }

  it('reaches no picture as markup', async () => {
    const named = writeTemporaryFile('<script>a&"\x1b[2J\u202e', readFileSync(kernel));
    const picture = outside('map.svg');
    const { status } = await runCli(['analyze', 'memory-map', '--svg', picture, named]);
    expect(status).to.equal(0);
    const svg = readFileSync(picture, 'utf8');
    expectPrintable(svg, 'the picture');
    expect(new Set(Array.from(svg.matchAll(/<\/?([^ >]*)/g), ([, tag]) => tag))).to.deep.equal(
      new Set(['svg', 'title', 'rect', 'text']),
    );
    expect(svg).to.not.match(/[\s"](on\w+|href|src|style)\s*=/i);
  });
});
