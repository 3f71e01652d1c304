import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cli, convert, workload } from './contenders.ts';
import type { Inputs } from './inputs.ts';
import type { Contender, Job } from './job.ts';
import type { Peers } from './peers.ts';

const randomReads = 200000;
/** Every task, its stack, and the modules. */
const crashIntrospects = 'ps\nforeach bt\nmod\nquit\n';
const drgnIntrospects = fileURLToPath(new URL('../peers/introspect.py', import.meta.url));

/**
 * All jobs, each with the contenders that are installed. `vmlinux` is the usual guest's kernel with
 * debug symbols, for crash.
 */
export function jobsFor(
  inputs: Inputs,
  peers: Peers,
  workFolder: string,
  vmlinux: string | undefined,
): Job[] {
  const has = (tool: string): boolean => peers.versions.has(tool);
  const crash = (dump: string): Contender[] =>
    has('crash') && vmlinux !== undefined
      ? [
          {
            tool: 'crash --minimal',
            command: 'crash',
            args: ['-s', '--minimal', vmlinux, dump],
            input: 'quit\n',
          },
        ]
      : [];
  const drgn = (dump: string): Contender[] =>
    has('drgn')
      ? [
          {
            tool: 'drgn',
            command: 'drgn',
            args: ['-q', '--no-default-symbols', '-c', dump, '/dev/null'],
          },
        ]
      : [];
  const introspects = (dump: string): [Contender, ...Contender[]] => {
    const ours = ['analyze', 'ps,bt,mod', '--option', 'all=true', dump];
    return [
      cli(...ours),
      { ...cli(...ours, '--cache'), tool: 'with the cache' },
      { ...cli('probe', dump), tool: 'probe' },
      ...(has('crash') && vmlinux !== undefined
        ? [
            {
              tool: 'crash',
              command: 'crash',
              args: ['-s', vmlinux, dump],
              input: crashIntrospects,
            },
          ]
        : []),
      ...(has('drgn') && vmlinux !== undefined
        ? [
            {
              tool: 'drgn',
              command: 'drgn',
              args: ['-q', '-s', vmlinux, '-c', dump, drgnIntrospects],
            },
          ]
        : []),
    ];
  };
  const library = (mode: string, dump: string, input = ''): Contender[] =>
    peers.libkdumpfile === null
      ? []
      : [
          {
            tool: 'libkdumpfile',
            command: peers.libkdumpfile,
            args: [mode, dump],
            input,
            tellsItself: true,
          },
        ];
  const makedumpfile = (flag: string): Contender[] =>
    has('makedumpfile')
      ? [
          {
            tool: 'makedumpfile',
            command: 'makedumpfile',
            args: [
              '-f',
              flag,
              '--message-level',
              '0',
              inputs.repairedElf,
              `${workFolder}/makedumpfile.out`,
            ],
          },
        ]
      : [];

  const ranges = rangesOf(inputs.elf);
  const addresses = text(workload('kernel-addresses', inputs.toldElf, String(randomReads)));
  const stored: [string, string][] = [
    ['zlib', inputs.zlib],
    ...inputs.rewritten,
    ['ELF', inputs.elf],
  ];
  const readGoals: Record<string, string> = {
    zlib: '≥ 1.5 ×',
    lzo: '≥ 1 ×',
    snappy: '≥ 1 ×',
    zstd: '',
    ELF: '≥ 0.7 ×',
  };

  return [
    {
      name: 'start-up',
      goal: '≤ 1.5 × node -e 0',
      contenders: [
        cli('--version'),
        { tool: 'node -e 0', command: process.execPath, args: ['-e', '0'] },
      ],
    },
    {
      name: 'probe, KDUMP zlib',
      goal: '≥ 12 ×',
      contenders: [cli('probe', inputs.zlib), ...crash(inputs.zlib)],
    },
    {
      name: 'probe, flattened',
      goal: '≥ 12 ×',
      contenders: [cli('probe', inputs.flattened), ...crash(inputs.flattened)],
    },
    {
      name: 'probe, ELF',
      goal: '≥ 12 ×',
      contenders: [cli('probe', inputs.elf), ...crash(inputs.elf)],
    },
    {
      name: 'probe, 5 GB guest',
      goal: '≥ 12 ×, ≤ 150 MB',
      contenders: [cli('probe', inputs.largeZlib), ...crash(inputs.largeZlib)],
    },
    {
      name: 'probe, ELF with VMCOREINFO',
      goal: '',
      contenders: [cli('probe', inputs.toldElf), ...crash(inputs.toldElf), ...drgn(inputs.toldElf)],
    },
    {
      name: 'probe --all',
      goal: 'under crash --minimal',
      contenders: [cli('probe', '--all', inputs.zlib), ...crash(inputs.zlib)],
    },
    {
      name: 'introspect, repaired ELF',
      goal: '≥ 15 × crash, ≥ 1.5 × drgn, ≤ 3 × probe',
      contenders: introspects(inputs.repairedElf),
    },
    {
      name: 'open flattened',
      goal: 'as reading the file once',
      bytes: statSync(inputs.flattened).size,
      contenders: [
        workload('open', inputs.flattened),
        {
          tool: 'dd to /dev/null',
          command: 'dd',
          args: [`if=${inputs.flattened}`, 'of=/dev/null', 'bs=1M', 'status=none'],
        },
      ],
    },
    ...stored.map(
      ([name, dump]): Job => ({
        name: `read all pages, ${name}`,
        goal: readGoals[name] ?? '',
        contenders: [workload('read-pages', dump), ...library('pages', dump, ranges)],
      }),
    ),
    ...[
      ...stored,
      ...[...inputs.stacked].map(([name, dump]) => [`${name} of 4 GB`, dump] as const),
    ].map(
      ([name, dump]): Job => ({
        name: `read all pages, ${name}, two threads`,
        goal: '≥ 1.7 × one',
        contenders: [
          workload('read-pages', dump, '2'),
          { ...workload('read-pages', dump), tool: 'one thread' },
        ],
      }),
    ),
    {
      name: 'search all memory, ELF',
      goal: '≥ 2 GB/s',
      contenders: [workload('search', inputs.elf)],
    },
    {
      name: 'translate and read 8 bytes',
      goal: '≥ 1 M/s, ≥ 1 ×',
      contenders: [
        { ...workload('random-reads', inputs.toldElf), input: addresses },
        ...library('random', inputs.toldElf, addresses),
      ],
    },
    ...(['zlib', 'lzo'] as const).flatMap((method): Job[] => {
      const one = convert(method, inputs, workFolder, '1');
      const peer = makedumpfile(method === 'zlib' ? '-c' : '-l');
      return [
        {
          name: `convert to KDUMP ${method}`,
          goal: method === 'zlib' ? '≥ 1 ×' : '≥ 0.5 ×',
          contenders: [convert(method, inputs, workFolder), ...peer],
        },
        { name: `convert to KDUMP ${method}, one thread`, goal: '', contenders: [one, ...peer] },
      ];
    }),
  ];
}

/**
 * The usual guest's memory ranges, for libkdumpfile's program: without them it would try every page
 * of the holes.
 */
function rangesOf(dump: string): string {
  const answer = JSON.parse(text(cli('info', '--json', dump))) as {
    memory: { ranges: { start: string; end: string }[] };
  };
  return answer.memory.ranges.map(({ start, end }) => `${Number(start)} ${Number(end)}\n`).join('');
}

function text({ command, args }: Contender): string {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${status}`);
  }
  return stdout;
}
