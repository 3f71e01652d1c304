import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePoison } from '../support/poison.ts';

/** Many dumps, and what must come of each. */
export interface Crowd {
  readonly files: readonly string[];
  readonly outcomes: ReadonlyMap<string, string>;
}

const fixtures = new URL('../../../../fixtures/', import.meta.url);
const dumps = [
  'qemu-10-firmware/kdump-lzo.vmcore',
  'qemu-10-firmware/kdump-snappy.vmcore',
  'qemu-10-firmware/kdump-zlib.vmcore',
  'ovmf-nokaslr/dump.kdump',
];

/** Fixtures under many names, each with a few bytes of its own; texts; and poison. */
export function writeCrowd(folder: string, count: number): Crowd {
  mkdirSync(folder, { recursive: true });
  const outcomes = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const file = join(folder, `dump-${index}`);
    if (index % 50 === 7) {
      writePoison(file, index % 100 === 7 ? 'abort' : 'exit', String(index));
      outcomes.set(file, 'crashed');
    } else if (index % 3 === 1) {
      writeFileSync(file, `no dump, but text ${index}\n`);
      outcomes.set(file, 'unreadable');
    } else {
      // One in twenty holds a kernel: the search for it takes a hundred times as long.
      const which = index % 20 === 0 ? dumps.length - 1 : index % (dumps.length - 1);
      copyFileSync(fileURLToPath(new URL(dumps[which] ?? '', fixtures)), file);
      writeFileSync(file, `the ${index}th copy`, { flag: 'a' });
      outcomes.set(file, 'read');
    }
  }
  return { files: [...outcomes.keys()], outcomes };
}
