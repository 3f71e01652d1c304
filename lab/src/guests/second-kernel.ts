import { copiedMark } from '../dump/captured-vmcore.ts';
import { secondKernelMark } from '../initramfs/init-script.ts';
import type { Guest } from './guest.ts';

/** kexec's words for the kernel and the initramfs that a guest has for a second kernel. */
export const secondKernel = '/lab/vmlinuz --initrd=/lab/second-initramfs';

/** The first kernel's word for the memory that a capture kernel gets. */
export const crashKernelOption = 'crashkernel=160M';

/** Of a guest that is dumped while its capture kernel runs. */
export const dumpedInCapture: Pick<Guest, 'ready' | 'kernels'> = {
  ready: { truthBlocks: 2 },
  kernels: ['crashed', 'capture'],
};

/** Of a guest whose capture kernel copies the memory to a disk. */
export const copiedByCapture: Pick<Guest, 'ready' | 'kernels' | 'formats'> = {
  ready: { truthBlocks: 1, consoleText: copiedMark },
  kernels: ['crashed'],
  formats: [],
};

/** A shell line that makes the kernel panic. */
export const panicBySysrq = 'echo c > /proc/sysrq-trigger';

/**
 * A shell line that loads the capture kernel.
 * @param terminal the serial line, as its kernel names it
 * @param systemCall kexec's option: by file, or the older call, which is all that Debian's arm64
 * kernels have.
 */
export function loadCaptureKernel(terminal: string, systemCall: '-s' | '-c'): string {
  return `kexec -p ${systemCall} ${secondKernel} --command-line="console=${terminal} quiet nr_cpus=1 ${secondKernelMark}"`;
}

/** Shell lines that load the capture kernel, and crash into it. */
export function crashIntoCapture(terminal: string, systemCall: '-s' | '-c'): string {
  return `${loadCaptureKernel(terminal, systemCall)}\n${panicBySysrq}`;
}
