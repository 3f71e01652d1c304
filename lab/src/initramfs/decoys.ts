import { type CpioEntry, fileMode } from './cpio.ts';

const pageSizeInBytes = 4096;
/** Values that look right (aligned, in range) and are wrong for every guest of the laboratory. */
const falsePhysBases: readonly number[] = [0x1a600000, -0x3a600000, 0];
const falseKaslrOffset = 0x3e600000;

/**
 * Files whose pages in the page cache imitate the truth. The guest plants more of them, from its
 * own symbols.
 */
export function buildDecoys(release: string): readonly CpioEntry[] {
  return [
    ...falsePhysBases.map((physBase, index) => ({
      path: `lab/decoys/vmcoreinfo-${index}`,
      mode: fileMode,
      data: falseNotePage(release, physBase),
    })),
    { path: 'lab/plant-decoys', mode: fileMode, data: Buffer.from(plantScript(release)) },
  ];
}

/**
 * A page that starts with an ELF note, as the kernel's own does: namesz, descsz, type, name, text.
 */
function falseNotePage(release: string, physBase: number): Uint8Array {
  const text = [
    `OSRELEASE=${release}`,
    `BUILD-ID=${'0123456789abcdef'.repeat(2)}01234567`,
    'PAGESIZE=4096',
    'SYMBOL(init_uts_ns)=ffffffffbf01b4a0',
    'SYMBOL(swapper_pg_dir)=ffffffffbf010000',
    'SYMBOL(_stext)=ffffffffbf600000',
    `NUMBER(phys_base)=${physBase}`,
    'SYMBOL(init_top_pgt)=ffffffffbf010000',
    'NUMBER(pgtable_l5_enabled)=0',
    `KERNELOFFSET=${falseKaslrOffset.toString(16)}`,
    'NUMBER(KERNEL_IMAGE_SIZE)=1073741824',
    '',
  ].join('\n');
  const page = Buffer.alloc(pageSizeInBytes);
  page.writeUInt32LE('VMCOREINFO\0'.length, 0);
  page.writeUInt32LE(text.length, 4);
  page.write('VMCOREINFO\0', 12, 'latin1');
  page.write(text, 24, 'latin1');
  return page;
}

/**
 * Run in the guest, which knows the place of its own banner. It plants copies of notes and wrong
 * symbol tables. In 2 MB pages (where the kernel provides them) it plants false banners at the true
 * one's place, with a false phys_base variable at the true one's.
 */
function plantScript(release: string): string {
  return `mkdir -p /tmp/huge
mount -t tmpfs -o huge=always,size=100m huge /tmp/huge || mount -t tmpfs -o size=100m huge /tmp/huge
for copy in 1 2 3 4; do
  for file in /lab/decoys/vmcoreinfo-*; do cat $file; done > /tmp/notes-$copy
done
sed -E 's/^ffffffff([0-9a-f])/ffffffff9/' /proc/kallsyms > /tmp/kallsyms
sed -E 's/^ffffffff[0-9a-f]{2}/ffffffff81/' /proc/kallsyms > /tmp/System.map-${release}
offset() { echo $(( 0x$(grep " $1\\$" /proc/kallsyms | cut -c 8-16) & 0x1fffff )); }
banner=$(offset linux_banner)
variable=$(offset phys_base)
dd if=/dev/zero of=/tmp/huge/kernel bs=2097152 count=24 2>/dev/null
for chunk in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
  base=$(( chunk * 2097152 ))
  printf 'Linux version ${release} (false@decoy) (gcc-12) #1 SMP PREEMPT_DYNAMIC\\n\\000' |
    dd of=/tmp/huge/kernel bs=1 seek=$(( base + banner )) conv=notrunc 2>/dev/null
  printf '\\000\\000\\140\\032\\000\\000\\000\\000' |
    dd of=/tmp/huge/kernel bs=1 seek=$(( base + variable )) conv=notrunc 2>/dev/null
done
for line in 1 2 3 4 5 6 7 8; do cat /proc/version; done > /tmp/banners
`;
}
