const buildIdType = 3; // NT_GNU_BUILD_ID; Linux, include/linux/elfnote.h and binutils' elf/common.h
const headerInBytes = 12;

/**
 * The build ID among ELF notes such as /sys/kernel/notes, in hexadecimal. VMCOREINFO has it since
 * Linux 5.9 only.
 * @returns undefined when there is none.
 */
export function findBuildId(notes: Uint8Array): string | undefined {
  const view = new DataView(notes.buffer, notes.byteOffset, notes.byteLength);
  let at = 0;
  while (at + headerInBytes <= notes.length) {
    const nameLength = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const name = at + headerInBytes;
    const content = name + aligned(nameLength);
    if (type === buildIdType && Buffer.from(notes.subarray(name, name + 4)).equals(gnu)) {
      return Buffer.from(notes.subarray(content, content + length)).toString('hex');
    }
    at = content + aligned(length);
  }
  return undefined;
}

const gnu = Buffer.from('GNU\0');

function aligned(length: number): number {
  return (length + 3) & ~3;
}
