import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, run } from './run.ts';

/**
 * A separate system that has the peers, with the folders of dumps and temporary files at the same
 * paths; undefined for this one.
 */
export const peersRoot: string | undefined = process.env.VMCOREKIT_PEERS_ROOT;

/** True where only the peers are other ones, and what vmcorekit does alone was tried before. */
export const areOnlyPeersNew: boolean = peersRoot !== undefined;

/** Runs a program of the system that has the peers. */
export function runPeer(program: string, args: readonly string[], input?: string): Outcome {
  return peersRoot === undefined
    ? run(program, args, input)
    : run('chroot', [peersRoot, program, ...args], input);
}

/** Whether a peer is installed, with its name for test titles. */
export const has: Readonly<Record<'crash' | 'drgn' | 'makedumpfile' | 'libkdumpfile', boolean>> = {
  crash: runPeer('crash', ['--version']).status === 0,
  drgn: runPeer('drgn', ['--version']).status === 0,
  makedumpfile: runPeer('makedumpfile', ['-v']).status === 0,
  libkdumpfile: python() !== undefined,
};

/**
 * The interpreter whose packages have libkdumpfile: the system's, where another stands before it.
 */
function python(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (program) => runPeer(program, ['-c', 'import kdumpfile']).status === 0,
  );
}

/** The bindings that come with libkdumpfile up to 0.5.4, or the later pykdumpfile. */
const openDump = `
import hashlib, json, sys, kdumpfile
if hasattr(kdumpfile, 'kdumpfile'):
    context = kdumpfile.kdumpfile(sys.argv[1])
    PHYSICAL = kdumpfile.KDUMP_MACHPHYSADDR
else:
    context = kdumpfile.Context()
    context.open(sys.argv[1])
    PHYSICAL = kdumpfile.MACHPHYSADDR
attributes = context.attr
def text(name):
    value = attributes[name]
    return value.decode() if isinstance(value, bytes) else value
`;

const kdumpfileScript = `${openDump}
attributes['addrxlat.ostype'] = 'linux'
base = attributes['linux.phys_base']
print(json.dumps({'physBase': base - (1 << 64) if base >> 63 else base, 'release': text('linux.uts.release'),
                  'vmcoreinfo': 'linux.vmcoreinfo.raw' in attributes}))
`;

/** phys_base and release as libkdumpfile reports them, in JSON. */
export function libkdumpfile(dump: string): Outcome {
  return runPeer(python() ?? '', ['-c', kdumpfileScript, dump]);
}

const readScript = `${openDump}
VIRTUAL = getattr(kdumpfile, 'KDUMP_KVADDR', None) or kdumpfile.KVADDR
attributes['addrxlat.ostype'] = 'linux'
places = [(PHYSICAL, sys.argv[2])] + [(VIRTUAL, address) for address in sys.argv[3:]]
print(json.dumps([bytes(context.read(space, int(address, 16), 14)).decode() for space, address in places]))
`;

/**
 * In JSON, the 14 bytes at a physical address and at each virtual address of the kernel, as
 * libkdumpfile reads them.
 */
export function libkdumpfileText(
  dump: string,
  physical: string,
  addresses: readonly string[],
): Outcome {
  return runPeer(python() ?? '', ['-c', readScript, dump, physical, ...addresses]);
}

/** Whether libkdumpfile is 0.5.4 or later: it knows riscv64, and its tables. */
export function knowsRiscv(): boolean {
  const script = "import addrxlat\nprint(hasattr(addrxlat, 'PTE_RISCV64'))";
  return runPeer(python() ?? '', ['-c', script]).output.trim() === 'True';
}

/** The same as drgn reads them, without any symbols. */
export function drgnText(
  dump: string,
  physical: string,
  addresses: readonly string[],
  folder: string,
): Outcome {
  const script = join(folder, 'read.py');
  const places = [[physical, 'True'], ...addresses.map((address) => [address, 'False'])];
  const reads = places.map(([address, isPhysical]) => `prog.read(${address}, 14, ${isPhysical})`);
  writeFileSync(
    script,
    `import json\nprint(json.dumps([text.decode() for text in [${reads.join(', ')}]]))\n`,
  );
  return runPeer('drgn', ['-q', '--no-default-symbols', '-c', dump, script]);
}

const readAllScript = `${openDump}
digest = hashlib.sha256()
for pfn in range(int(sys.argv[2]), int(sys.argv[3])):
    digest.update(bytes(context.read(PHYSICAL, pfn * 4096, 4096)))
print(json.dumps({'maxPfn': attributes['max_pfn'], 'pointerSize': attributes['arch.ptr_size'],
                  'isLittle': attributes['arch.byte_order'] == 1, 'release': text('linux.uts.release'),
                  'sha256': digest.hexdigest()}))
`;

/**
 * What libkdumpfile says of a file, and the digest of some of its pages of 4096 bytes as it reads
 * them, in JSON.
 */
export function libkdumpfilePages(dump: string, firstPfn: number, endPfn: number): Outcome {
  return runPeer(python() ?? '', ['-c', readAllScript, dump, String(firstPfn), String(endPfn)]);
}

const drgnScript = `
from drgn.helpers.linux.pid import for_each_task
print(prog["linux_banner"].string_().decode())
print("tasks:", sum(1 for _ in for_each_task(prog)))
`;

/** The banner and the number of tasks. */
export function drgn(dump: string, vmlinux: string, folder: string): Outcome {
  return runDrgn(drgnScript, dump, vmlinux, folder);
}

function runDrgn(text: string, dump: string, vmlinux: string, folder: string): Outcome {
  const script = join(folder, 'script.py');
  writeFileSync(script, text);
  return runPeer('drgn', ['-q', '-c', dump, '-s', vmlinux, script]);
}

const drgnStacksScript = `
import json
from drgn import FaultError
from drgn.helpers.linux.pid import for_each_task
def counters(task):
    try:
        return [hex(frame.pc) for frame in prog.stack_trace(task)]
    except (FaultError, LookupError, ValueError):
        return None
print(json.dumps([{'task': hex(task.value_()), 'counters': counters(task)} for task in for_each_task(prog)]))
`;

/**
 * In a line of JSON, the program counters of each task's frames, innermost first, where inlined
 * functions repeat one; null where drgn cannot unwind the task.
 */
export function drgnStacks(dump: string, vmlinux: string, folder: string): Outcome {
  return runDrgn(drgnStacksScript, dump, vmlinux, folder);
}

/** Writes the plain file that a flattened one stands for. */
export function unpackFlattened(flattened: string, plain: string): Outcome {
  return runPeer('sh', ['-c', 'makedumpfile -R "$2" < "$1"', 'sh', flattened, plain]);
}

export function makedumpfile(...args: readonly string[]): Outcome {
  return runPeer('makedumpfile', args);
}

/** What crash's `sys` prints. */
export function crashSys(dump: string, vmlinux: string): Outcome {
  return crash(dump, vmlinux, 'sys');
}

/** What some commands of crash print. */
export function crash(dump: string, vmlinux: string, ...commands: readonly string[]): Outcome {
  return crashWith([], dump, vmlinux, ...commands);
}

/** The same, with options of crash's own. */
export function crashWith(
  options: readonly string[],
  dump: string,
  vmlinux: string,
  ...commands: readonly string[]
): Outcome {
  const input = `${[...commands, 'quit'].join('\n')}\n`;
  return runPeer('crash', ['-s', ...options, vmlinux, dump], input);
}

/** Whether crash comes up on a dump and knows the kernel's release. */
export function crashAccepts(dump: string, vmlinux: string, release: string): boolean {
  const { status, output } = crashSys(dump, vmlinux);
  return status === 0 && output.includes(`RELEASE: ${release}`);
}
