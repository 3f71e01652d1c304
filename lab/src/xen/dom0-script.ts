import { virtioDisk } from '../guests/drivers.ts';
import type { XenType } from '../guests/guest.ts';

/** What dom0 prints when the domain's files are on its disks. */
export const xenDoneMark = 'LAB-XEN-DONE';
/** The same of each file, followed by its size in bytes. */
export const xenFileMark = 'LAB-XEN-FILE';

/** What the domain is written to, in the order of dom0's virtio disks. */
export const xenFiles = ['xen-core', 'xen-save'] as const;
export type XenFile = (typeof xenFiles)[number];

export const domainKernel = 'lab/domain-vmlinuz';
export const domainInitramfs = 'lab/domain-initramfs';
/** `xl` looks for its helper there. */
export const xenPrograms = 'usr/lib/xen-4.17/bin';
/** In order of loading. */
export const dom0Modules: readonly string[] = [
  ...virtioDisk,
  'xen-privcmd',
  'xenfs',
  'xen-evtchn',
  'xen-gntdev',
  'xen-gntalloc',
];

/** Where Xen's tools of Debian have the device model, and hvmloader the firmware. */
export const deviceModel = 'usr/libexec/xen-qemu-system-i386';
export const firmwareFile = 'usr/share/seabios/bios-256k.bin';
/** QEMU's option ROMs that load the kernel, and the keyboard that it demands. */
export const deviceModelData: readonly string[] = [
  'linuxboot.bin',
  'linuxboot_dma.bin',
  'kvmvapic.bin',
  'keymaps/en-us',
].map((name) => `usr/share/qemu/${name}`);
const configurationOfHvm = `device_model_override = "/${deviceModel}"
vga = "none"
vnc = 0
`;

const domainLog = '/var/log/xen/console/guest-domain.log';
const patienceInSeconds = 1200;

/** The commands that write the domain's files, by format. The save is first: it lets it run on. */
export const xenCommands: Readonly<Record<XenFile, string>> = {
  'xen-core': 'xl dump-core domain',
  'xen-save': 'xl save -c domain',
};

interface Domain {
  readonly type: XenType;
  readonly memoryInMebibytes: number;
  readonly cpuCount: number;
  readonly commandLine: readonly string[];
  /** What ends the truth that the domain prints on its console. */
  readonly endOfTruth: string;
}

/**
 * Dom0's /init: it starts Xen's tools and the domain, prints the domain's console, and writes the
 * domain's files to the disks. Between the two, `xenctx` shows the registers of the paused domain.
 */
export function buildDom0Script(domain: Domain): string {
  const { type, memoryInMebibytes, cpuCount, commandLine, endOfTruth } = domain;
  const copy = (format: XenFile, disk: string): string =>
    `${xenCommands[format]} /tmp/file && echo "${xenFileMark} ${format} $(stat -c %s /tmp/file)"
dd if=/tmp/file of=/dev/${disk} bs=1M
rm /tmp/file`;
  return `#!/bin/busybox sh
export PATH=/bin:/${xenPrograms}
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /var/lock /etc/xen
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs -o size=100% tmpfs /tmp
mount -t tmpfs tmpfs /run
ln -sf /run /var/run
mkdir -p /run/xen /run/xenstored /var/lib/xen /var/lib/xenstored /var/log/xen/console
exec </dev/console >/dev/console 2>&1
${dom0Modules.map((name) => `insmod /lab/modules/${name}.ko`).join('\n')}
mount -t xenfs xenfs /proc/xen
xenstored --pid-file /run/xenstored.pid
sleep 2
xen-init-dom0
xenconsoled --log=all --log-dir=/var/log/xen/console
cat > /lab/domain.cfg <<END
name = "domain"
type = "${type}"
kernel = "/${domainKernel}"
ramdisk = "/${domainInitramfs}"
extra = "${commandLine.join(' ')}"
memory = ${memoryInMebibytes}
vcpus = ${cpuCount}
tsc_mode = "native"
on_crash = "preserve"
${type === 'hvm' ? configurationOfHvm : ''}END
xl create /lab/domain.cfg || cat /var/log/xen/qemu-dm-domain.log
for i in $(seq ${patienceInSeconds}); do
  grep -q "${endOfTruth}" ${domainLog} && break
  sleep 1
done
sleep 2
cat ${domainLog}
cat /var/log/xen/qemu-dm-domain.log
${copy('xen-save', 'vdb')}
sleep 1
xl pause domain
xenctx -a -C $(xl domid domain)
${copy('xen-core', 'vda')}
sync
echo "${xenDoneMark}"
while :; do sleep 1000; done
`;
}
