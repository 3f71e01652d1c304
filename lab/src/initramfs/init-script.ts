import type { Guest } from '../guests/guest.ts';
import { blockBegin, blockEnd, sectionMark } from '../truth/serial-blocks.ts';
import { toldSymbols } from '../truth/symbols.ts';

/**
 * A mark on the command line of a kernel that another one started with the same initramfs: such a
 * kernel only prints its truth.
 */
export const secondKernelMark = 'lab.second';

const sections: readonly (readonly [name: string, command: string])[] = [
  ['version', 'cat /proc/version'],
  ['release', 'uname -r'],
  ['command-line', 'cat /proc/cmdline'],
  ['iomem', 'cat /proc/iomem'],
  ['symbols', `grep -E ' (${toldSymbols.join('|')})$' /proc/kallsyms`],
  ['vmcoreinfo-pointer', 'cat /sys/kernel/vmcoreinfo'],
  // The note is part of /proc/kcore's headers (Linux 4.20 and later); reading it there needs no
  // access to physical memory.
  [
    'vmcoreinfo',
    "dd if=/proc/kcore bs=4096 count=16 2>/dev/null | strings | grep -E '^[A-Z0-9_-]+(\\(.*\\))?='",
  ],
  ['notes', 'base64 /sys/kernel/notes'],
  ['mmu', 'grep -i mmu /proc/cpuinfo'],
  ['processes', 'ps -o pid,ppid,comm'],
  ['modules', 'cat /proc/modules'],
  ['meltdown', 'cat /sys/devices/system/cpu/vulnerabilities/meltdown'],
  ['kernel-log', 'dmesg'],
];

const symbolTable = ['symbol-table', 'gzip -c /proc/kallsyms | base64'] as const;

/** Modules depend on each other, so those that failed are tried again. */
const loadThosePresent = `for pass in 1 2 3 4; do
  for file in /lab/modules/*.ko; do
    name=$(basename $file .ko | tr - _)
    [ -e /sys/module/$name ] || insmod $file 2>/dev/null
  done
done`;

/**
 * The guest's /init: mounts what is needed, does what the guest's declaration says, and prints the
 * truth on the console.
 */
export function buildInitScript(
  guest: Pick<
    Guest,
    | 'modules'
    | 'modulesIfPresent'
    | 'beforeTruth'
    | 'afterTruth'
    | 'inSecondKernel'
    | 'tellsSymbolTable'
  >,
): string {
  const told = guest.tellsSymbolTable ? [...sections, symbolTable] : sections;
  const tell = told.map(
    ([name, command]) => `echo "${sectionMark}${name}"\n${command} 2>/dev/null`,
  );
  return `#!/bin/busybox sh
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
exec </dev/console >/dev/console 2>&1
echo 0 > /proc/sys/kernel/kptr_restrict
echo 1 > /proc/sys/kernel/printk
for file in /lab/modules/*.xz; do [ -e $file ] && unxz $file; done
is_second() { grep -q ${secondKernelMark} /proc/cmdline; }
if ! is_second; then
:
${guest.modules.map((name) => `insmod /lab/modules/${name}.ko`).join('\n')}
${guest.modulesIfPresent.length > 0 ? loadThosePresent : ''}
${guest.beforeTruth}
fi
if is_second; then
:
${guest.inSecondKernel}
fi
echo "${blockBegin}"
${tell.join('\n')}
echo "${blockEnd}"
if ! is_second; then
:
${guest.afterTruth}
fi
while :; do sleep 1000; done
`;
}
