import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, run } from './run.ts';

/** Whether a peer is there; a name for tests to say. */
export const has: Readonly<Record<'crash' | 'drgn' | 'makedumpfile' | 'libkdumpfile', boolean>> = {
  crash: run('crash', ['--version']).status === 0,
  drgn: run('drgn', ['--version']).status === 0,
  makedumpfile: run('makedumpfile', ['-v']).status === 0,
  libkdumpfile: python() !== undefined,
};

/** The interpreter whose packages have libkdumpfile: the system's, where another stands before it. */
function python(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((program) => run(program, ['-c', 'import kdumpfile']).status === 0);
}

const kdumpfileScript = `
import json, sys, kdumpfile
if hasattr(kdumpfile, 'kdumpfile'):  # 0.5
    context = kdumpfile.kdumpfile(sys.argv[1])
else:
    context = kdumpfile.Context()
    context.open(sys.argv[1])
context.attr['addrxlat.ostype'] = 'linux'
attributes = context.attr
base = attributes['linux.phys_base']
print(json.dumps({'physBase': base - (1 << 64) if base >> 63 else base, 'release': attributes['linux.uts.release'],
                  'vmcoreinfo': 'linux.vmcoreinfo.raw' in attributes}))
`;

/** phys_base and release as libkdumpfile reports them, in JSON. */
export function libkdumpfile(dump: string): Outcome {
  return run(python() ?? '', ['-c', kdumpfileScript, dump]);
}

const drgnScript = `
from drgn.helpers.linux.pid import for_each_task
print(prog["linux_banner"].string_().decode())
print("tasks:", sum(1 for _ in for_each_task(prog)))
`;

/** The banner and the number of tasks. */
export function drgn(dump: string, vmlinux: string, folder: string): Outcome {
  const script = join(folder, 'script.py');
  writeFileSync(script, drgnScript);
  return run('drgn', ['-q', '-c', dump, '-s', vmlinux, script]);
}

/**
 * Up to which version makedumpfile was seen to fail on KDUMP input with memory above the last of its RAM (the firmware's ROM below
 * 4 GiB): it looks for the second bitmap where that of the RAM alone would end (1.7.2, traced).
 */
const losesRomUntil = [1, 7, 2];

/** Whether the makedumpfile that is here filters KDUMP files of guests with such a ROM. */
export function makedumpfileTakesRom(): boolean {
  const version = /version (\d+)\.(\d+)\.(\d+)/.exec(makedumpfile('-v').output)?.slice(1).map(Number) ?? [];
  const at = losesRomUntil.findIndex((part, index) => part !== version[index]);
  return at >= 0 && (version[at] ?? 0) > (losesRomUntil[at] ?? 0);
}

/** Writes the plain file that a flattened one stands for. */
export function unpackFlattened(flattened: string, plain: string): Outcome {
  return run('sh', ['-c', 'makedumpfile -R "$2" < "$1"', 'sh', flattened, plain]);
}

export function makedumpfile(...args: readonly string[]): Outcome {
  return run('makedumpfile', args);
}

/** Whether crash comes up on a dump and knows the kernel's release. */
export function crashAccepts(dump: string, vmlinux: string, release: string): boolean {
  const { status, output } = run('crash', ['-s', vmlinux, dump], 'sys\nquit\n');
  return status === 0 && output.includes(`RELEASE: ${release}`);
}
