import { copiedMark, copyVmcoreScript } from '../dump/captured-vmcore.ts';
import { savedMark, savedProcOffset } from '../truth/saved-proc.ts';
import { declareGuest } from './declare.ts';
import { virtioDisk } from './drivers.ts';
import type { CapturedFormat, Guest, GuestDeclaration, Load, PackageChoice } from './guest.ts';
import {
  backportsCloud,
  bookwormCloud,
  bullseyeCloud,
  focalGeneric,
  focalUpdatesGeneric,
  trixieCloud,
} from './packages.ts';
import { crashKernelOption, loadCaptureKernel, panicBySysrq } from './second-kernel.ts';

const modules = [
  ...['overlay', 'fuse', 'loop', 'tun', 'veth', 'dummy', 'llc', 'stp', 'bridge', 'libcrc32c'],
  ...['nfnetlink', 'nf_tables', 'nf_defrag_ipv4', 'nf_defrag_ipv6', 'nf_conntrack', 'nft_ct'],
  ...['zsmalloc', 'zram', 'lzo-rle', 'squashfs', 'inet_diag', 'tcp_diag', 'udp_diag', 'unix_diag'],
  ...['netlink_diag', 'af_packet_diag', 'msr', 'cpuid', '8021q', 'garp', 'mrp', 'binfmt_misc'],
  ...['lz4_compress', 'lz4hc_compress', 'dm-mod'],
];

const prepare = `
mkdir -p /dev/pts /dev/mqueue /mnt/tmpfs /mnt/ext2 /mnt/overlay /mnt/overlay2 /mnt/private /mnt/bound
mount -t devpts devpts /dev/pts
mount -t mqueue mqueue /dev/mqueue
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs -o size=20m,mode=1777 'with space' /mnt/tmpfs
mkdir -p /mnt/tmpfs/upper /mnt/tmpfs/work '/mnt/tmpfs/a folder'
ip link set lo up
ip link set dummy0 up
ip addr add 10.11.12.13/24 dev dummy0
ip link add link dummy0 name vlan5 type vlan id 5
ip link add name bridge0 type bridge
dd if=/dev/zero of=/tmp/ext2.img bs=1048576 count=8
losetup /dev/loop0 /tmp/ext2.img
mke2fs -F /dev/loop0
mount -t ext2 /dev/loop0 /mnt/ext2 || mount -t ext4 /dev/loop0 /mnt/ext2
mkdir -p /mnt/ext2/upper /mnt/ext2/work
mount -t overlay -o lowerdir=/bin,upperdir=/mnt/tmpfs/upper,workdir=/mnt/tmpfs/work overlay /mnt/overlay
mount -t overlay -o lowerdir=/bin,upperdir=/mnt/ext2/upper,workdir=/mnt/ext2/work overlay /mnt/overlay2
mount -o bind,ro '/mnt/tmpfs/a folder' /mnt/bound
echo 32M > /sys/block/zram0/disksize
mkswap /dev/zram0
swapon /dev/zram0
`;

const functionsSleptIn = [
  ...['pipe_read', 'anon_pipe_read', 'do_nanosleep', 'hrtimer_nanosleep', 'do_sys_poll', 'ep_poll'],
  ...['do_select', 'do_wait', 'futex_wait', 'inet_csk_accept', 'unix_stream_read_generic'],
  ...['vfs_read', 'ksys_read', 'do_signal_stop', '__x64_sys_pause', 'netlink_recvmsg'],
  ...['fcntl_setlk', 'wait_woken', 'do_msgrcv', 'do_mq_timedreceive', 'tcp_recvmsg_locked'],
];

const traceWithKretprobes = `cd /sys/kernel/tracing
for name in ${functionsSleptIn.join(' ')}; do
  echo "r64:lab_$name $name" >> kprobe_events
done
echo 1 > events/kprobes/enable
cd /
`;

const traceWithFunctionGraph = `cd /sys/kernel/tracing
for name in ${functionsSleptIn.join(' ')}; do echo $name >> set_ftrace_filter; done
echo function_graph > current_tracer
cd /
`;

function beforeTruth(load: Load): string {
  const tracing = {
    kretprobes: traceWithKretprobes,
    'function-graph': traceWithFunctionGraph,
    none: '',
  }[load.tracedBy ?? 'none'];
  return `{\n${prepare}${tracing}} > /tmp/prepared 2>&1\n/bin/python -S -B /lab/load.py ${load.busyWith} 2>&1`;
}

/** More than once, because the serial line repeats a character now and then. */
const sayThatItIsSaved = `for time in 1 2 3; do echo ${savedMark}; done`;

/**
 * Waits until the serial line has sent everything, as stty does before it changes a terminal. A
 * panic drops what waits there.
 */
const drainConsole = 'stty echo';

/** @param savedAt where on the disk, in bytes */
function afterTruth(load: Load, savedAt: number = 0): string {
  const panic = {
    sysrq: panicBySysrq,
    serial: 'echo 1 > /proc/sys/kernel/sysrq',
    nmi: 'echo 1 > /proc/sys/kernel/unknown_nmi_panic',
    none: '',
  }[load.panic ?? 'none'];
  const save = `echo 1 > /proc/sys/kernel/kptr_restrict\n/bin/python -S -B /lab/save.py /dev/vda ${savedAt} 2>&1`;
  return load.panic === 'sysrq'
    ? `${save} && ${sayThatItIsSaved}\n${drainConsole}\n${panic}`
    : `${panic}\n${save} && ${sayThatItIsSaved}`;
}

/**
 * A guest of 384 MB with tasks that sleep, run, stop and die in many ways, and a saved /proc.
 * @param terminal the serial line, as its kernel names it
 */
export function declareGuestUnderLoad(
  { name, purpose, kernel, ...others }: GuestDeclaration & { readonly kernel: PackageChoice },
  load: Load,
  terminal = 'ttyS0',
): Guest {
  return declareGuest({
    name,
    purpose,
    kernel,
    // Else /proc would show hashes in place of the addresses of sockets and timers.
    commandLine: [`console=${terminal}`, 'quiet', 'no_hash_pointers'],
    memoryInMebibytes: 384,
    modulesIfPresent: [...virtioDisk, ...modules],
    load,
    beforeTruth: beforeTruth(load),
    afterTruth: afterTruth(load),
    ready: { truthBlocks: 1, consoleText: savedMark },
    kernels: [load.panic === undefined ? 'running' : 'crashed'],
    formats: ['elf', 'kdump-zlib', 'kdump-raw-zlib'],
    ...others,
  });
}

/**
 * The same, which panics. Its capture kernel copies /proc/vmcore to the disk's start; /proc is
 * saved after that.
 */
function declareCapturedUnderLoad(
  name: string,
  purpose: string,
  kernel: PackageChoice,
  capturedFormats: readonly CapturedFormat[],
): Guest {
  const load: Load = { busyWith: 'loops', panic: 'sysrq' };
  const guest = declareGuestUnderLoad({ name, purpose, kernel }, load);
  const memoryInMebibytes = 640;
  const savedAt = savedProcOffset({ capturedFormats, memoryInMebibytes });
  return {
    ...guest,
    memoryInMebibytes,
    commandLine: [...guest.commandLine, crashKernelOption],
    extras: ['kexec'],
    afterTruth: `${loadCaptureKernel('ttyS0', '-s')}\n${afterTruth(load, savedAt)}`,
    inSecondKernel: copyVmcoreScript(virtioDisk),
    ready: { truthBlocks: 1, consoleText: copiedMark },
    formats: [],
    capturedFormats,
  };
}

const kernels: readonly (readonly [version: string, kernel: PackageChoice])[] = [
  ['6.1', bookwormCloud],
  ['6.12', trixieCloud],
  ['7', backportsCloud],
  ['5.10', bullseyeCloud],
];

interface Kind {
  readonly name: string;
  readonly purpose: string;
  readonly load: Load;
}

const kinds: readonly Kind[] = [
  { name: 'tasks', purpose: 'tasks in every state', load: { busyWith: 'loops' } },
  {
    name: 'panic-sysrq',
    purpose: 'panicked by a task',
    load: { busyWith: 'loops', panic: 'sysrq' },
  },
  {
    name: 'panic-irq',
    purpose: "panicked in the serial line's interrupt",
    load: { busyWith: 'loops', panic: 'serial' },
  },
  { name: 'panic-nmi', purpose: 'panicked in an NMI', load: { busyWith: 'loops', panic: 'nmi' } },
  {
    name: 'kretprobes',
    purpose: 'return addresses replaced by kretprobes',
    load: { busyWith: 'loops', tracedBy: 'kretprobes' },
  },
  {
    name: 'function-graph',
    purpose: 'return addresses replaced by the function_graph tracer',
    load: { busyWith: 'loops', tracedBy: 'function-graph' },
  },
  { name: 'bpf', purpose: 'every CPU in a BPF program', load: { busyWith: 'bpf' } },
];

/** Guests whose tasks, stacks, modules, files and sockets are known from their own /proc. */
export const guestsUnderLoad: readonly Guest[] = [
  ...kernels.flatMap(([version, kernel]) =>
    kinds.map(({ name, purpose, load }) =>
      declareGuestUnderLoad(
        { name: `${name}-${version}`, purpose: `Linux ${version}: ${purpose}`, kernel },
        load,
      ),
    ),
  ),
  declareCapturedUnderLoad(
    'kdump-load-6.1',
    'Linux 6.1: tasks in every state, and what their capture kernel saved of them',
    bookwormCloud,
    ['proc-vmcore', 'makedumpfile-zlib', 'makedumpfile-elf'],
  ),
  declareCapturedUnderLoad(
    'kdump-load-6.12',
    'Linux 6.12: tasks in every state, and what their capture kernel saved of them',
    trixieCloud,
    // makedumpfile 1.7.2 drops slab pages of this kernel, and with them tasks and files: it looks
    // for PG_slab, which is no flag since Linux 6.10. It warns that it does not know the kernel.
    ['proc-vmcore'],
  ),
  declareGuestUnderLoad(
    {
      name: 'locks',
      purpose: 'Linux 6.12: tasks that hold and wait for locks',
      kernel: trixieCloud,
    },
    { busyWith: 'locks' },
  ),
  declareGuestUnderLoad(
    { name: 'no-btf', purpose: 'Linux 5.4 without BTF and ORC', kernel: focalGeneric },
    { busyWith: 'loops' },
  ),
  declareGuestUnderLoad(
    {
      name: 'frame-pointers',
      purpose: 'Linux 5.4 with BTF, and frame pointers in place of ORC',
      kernel: focalUpdatesGeneric,
    },
    { busyWith: 'loops' },
  ),
];
