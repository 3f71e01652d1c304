import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from 'vmcorekit';
import { root } from './documents.ts';

/** Dumps by the names that documents give them, and the fixtures they are. */
const dumps: Readonly<Record<string, string>> = {
  'guest.vmcore': 'ovmf-kaslr-vmcoreinfo/dump.kdump',
  'dumps/web-1.vmcore': 'ovmf-nokaslr/dump.kdump',
  'dumps/web-2.vmcore': 'ovmf-kaslr-vmcoreinfo/dump.kdump',
  'dumps/db-1.vmcore': 'trixie-kaslr/dump.kdump',
  'dumps/old/db-1.vmcore': 'seabios-kaslr-pti/dump.kdump',
  'dumps/firmware.vmcore': 'firmware-ovmf/dump.kdump',
};

/** Inside the workspace, where Node finds the packages. */
const benches = fileURLToPath(new URL('workbenches/', import.meta.url));

/** The same dump for all documents, made once. */
let elf: Promise<Uint8Array> | undefined;

async function writeElf(path: string): Promise<Uint8Array> {
  using dump = await open(join(root, 'fixtures/ovmf-nokaslr/dump.kdump'));
  await dump.convert(path, { kind: 'elf' });
  return readFileSync(path);
}

/**
 * A folder for the blocks of one document, in which all packages can be imported. In it are real
 * dumps: `vmcore` (ELF), `guest.vmcore` (KDUMP), several in `dumps`; the head of an archive,
 * `vmcore.7z`; and `examples`.
 */
export async function openWorkbench(
  document: string,
): Promise<{ readonly folder: string; close(): void }> {
  const folder = join(benches, document.replaceAll('/', '-').replace(/\.md$/, ''));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'dumps/old'), { recursive: true });
  for (const [name, fixture] of Object.entries(dumps)) {
    copyFileSync(join(root, 'fixtures', fixture), join(folder, name));
  }
  elf ??= writeElf(join(folder, 'vmcore'));
  const bytes = await elf;
  writeFileSync(join(folder, 'vmcore'), bytes);
  writeFileSync(
    join(folder, 'vmcore.7z'),
    Buffer.from('7z\xbc\xaf\x27\x1c and what is in it', 'latin1'),
  );
  symlinkSync(join(root, 'examples'), join(folder, 'examples'));
  return { folder, close: () => rmSync(folder, { recursive: true }) };
}
