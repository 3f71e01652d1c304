import { secondKernelMark } from '../initramfs/init-script.ts';

/** kexec's words for the kernel and the initramfs that a guest has for a second kernel. */
export const secondKernel = '/lab/vmlinuz --initrd=/lab/second-initramfs';

/** The first kernel's word for the memory that a capture kernel gets. */
export const crashKernelOption = 'crashkernel=160M';

/** A shell line that loads the capture kernel. */
export const loadCaptureKernel: string = `kexec -p -s ${secondKernel} --command-line="console=ttyS0 quiet nr_cpus=1 ${secondKernelMark}"`;

/** A shell line that makes the kernel panic. */
export const panicBySysrq = 'echo c > /proc/sysrq-trigger';
