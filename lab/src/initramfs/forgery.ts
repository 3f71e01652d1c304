import { type CpioEntry, fileMode, programMode } from './cpio.ts';

const hugePageSizeInBytes = 0x200000;
const loadAddress = 0x400000;
/**
 * Where the forged kernel keeps its tables in its huge page: clear of the places where Linux 6.1
 * links what is forged below.
 */
const tables = { root: 0x140000, upper: 0x141000, middle: 0x142000, directMap: 0x143000 };
/** The forged kernel's text: 0x1e000000 into the image window, so a KASLR offset of 0x1d000000. */
const forgedTextOffset = 0x1e000000;
const forgedMiddleEntry = forgedTextOffset / hugePageSizeInBytes;

/**
 * A second kernel that never existed, in a user's file: page tables with an image and a direct map,
 * a banner, and the variables a witness would read, each where the true kernel links it. This is
 * what root can do in a guest to mislead a reader of its dump.
 */
export function buildForgery(release: string): readonly CpioEntry[] {
  return [
    { path: 'lab/pause', mode: programMode, data: buildPauseProgram() },
    { path: 'lab/forge-kernel', mode: fileMode, data: Buffer.from(forgeScript(release)) },
  ];
}

/**
 * A program that maps its whole file, one huge page, and waits: through it the guest learns the
 * page's physical address.
 */
function buildPauseProgram(): Uint8Array {
  const headerSizeInBytes = 64;
  const programHeaderSizeInBytes = 56;
  const entry = headerSizeInBytes + programHeaderSizeInBytes;
  // again: mov $SYS_pause, %eax; syscall; jmp again
  const code = Buffer.from([0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7]);
  const file = Buffer.alloc(entry + code.length);
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  file.writeUInt16LE(2, 16); // e_type ET_EXEC
  file.writeUInt16LE(62, 18); // e_machine EM_X86_64
  file.writeUInt32LE(1, 20); // e_version
  file.writeBigUInt64LE(BigInt(loadAddress + entry), 24); // e_entry
  file.writeBigUInt64LE(BigInt(headerSizeInBytes), 32); // e_phoff
  file.writeUInt16LE(headerSizeInBytes, 52); // e_ehsize
  file.writeUInt16LE(programHeaderSizeInBytes, 54); // e_phentsize
  file.writeUInt16LE(1, 56); // e_phnum
  file.writeUInt32LE(1, 64); // p_type PT_LOAD
  file.writeUInt32LE(5, 68); // p_flags: read, execute
  file.writeBigUInt64LE(BigInt(loadAddress), 80); // p_vaddr
  file.writeBigUInt64LE(BigInt(hugePageSizeInBytes), 96); // p_filesz
  file.writeBigUInt64LE(BigInt(hugePageSizeInBytes), 104); // p_memsz
  file.writeBigUInt64LE(BigInt(hugePageSizeInBytes), 112); // p_align
  code.copy(file, entry);
  return file;
}

/**
 * Large pages: present, writable, accessed, dirty, large, global. Tables: the same and no page
 * size.
 */
function forgeScript(release: string): string {
  return `mkdir -p /tmp/forged
mount -t tmpfs -o huge=always,size=8m forged /tmp/forged
forged=/tmp/forged/kernel
dd if=/dev/zero of=$forged bs=${hugePageSizeInBytes} count=1 2>/dev/null
dd if=/lab/pause of=$forged conv=notrunc 2>/dev/null
chmod +x $forged
$forged &
pid=$!
sleep 1
entry=$(dd if=/proc/$pid/pagemap bs=8 skip=${loadAddress / 4096} count=1 2>/dev/null | od -An -t x8 | tr -d ' ')
kill $pid
wait $pid
physical=$(( (0x$entry & 0x7fffffffffffff) * 4096 ))
put() {
  octal=''
  for shift in 0 8 16 24 32 40 48 56; do octal="$octal\\\\$(printf %03o $(( ($2 >> shift) & 255 )))"; done
  printf "$octal" | dd of=$forged bs=1 seek=$(( $1 )) conv=notrunc 2>/dev/null
}
offset() { echo $(( 0x$(grep " $1\\$" /proc/kallsyms | cut -c 8-16) & ${hugePageSizeInBytes - 1} )); }
put ${tables.root + 511 * 8} $(( physical + ${tables.upper} + 0x63 ))
put ${tables.root + 273 * 8} $(( physical + ${tables.directMap} + 0x63 ))
put ${tables.upper + 510 * 8} $(( physical + ${tables.middle} + 0x63 ))
for gigabyte in 0 1 2 3; do put $(( ${tables.directMap} + gigabyte * 8 )) $(( (gigabyte << 30) + 0x1e3 )); done
large=0
while [ $large -lt 24 ]; do
  put $(( ${tables.middle + forgedMiddleEntry * 8} + large * 8 )) $(( physical + 0x1e3 ))
  large=$(( large + 1 ))
done
put $(offset phys_base) $(( physical - ${forgedTextOffset} ))
put $(offset page_offset_base) 0xffff888000000000
printf 'Linux version ${release} (false@forgery) (gcc-12) #1 SMP PREEMPT_DYNAMIC\\n\\000' |
  dd of=$forged bs=1 seek=$(offset linux_banner) conv=notrunc 2>/dev/null
echo "LAB-FORGED-AT=$(printf %x $physical)"
`;
}
