import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A site's plug-in: files that begin with POISON do to their reader what follows. `add` only looks
 * at their heads; opening them is deadly.
 */
const plugin = `
import { readSync, openSync } from 'node:fs';
const deeds = {
  abort() { process.abort(); },
  exit() { process.exit(7); },
  memory() {
    const kept = [];
    for (;;) { kept.push(Buffer.alloc(1 << 22, kept.length)); }
  },
  heap() {
    const kept = [];
    for (;;) { kept.push({ kept: [kept.length, 'x'.repeat(10)] }); }
  },
  time() { for (;;) {} },
};
export default {
  name: 'poison',
  formats: [{
    name: 'poison',
    summary: 'kills its reader',
    probe({ head }) {
      const text = Buffer.from(head.subarray(0, 6)).toString();
      return text === 'POISON' ? { strength: 'signature', because: 'it is poison' } : undefined;
    },
    async open([source]) {
      const bytes = new Uint8Array(32);
      source.readInto(0, bytes.subarray(0, Math.min(32, source.sizeInBytes)));
      const [, deed] = Buffer.from(bytes).toString('latin1').split(/[:\\0\\n]/);
      deeds[deed]();
    },
  }],
};
`;

export type Deed = 'abort' | 'exit' | 'memory' | 'heap' | 'time';

/** Writes the plug-in and a configuration that names it. Returns the configuration's path. */
export function writePoisonConfig(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'poison.mjs'), plugin);
  const config = join(folder, 'site.json');
  writeFileSync(config, JSON.stringify({ plugins: ['./poison.mjs'] }));
  return config;
}

/** `mark` makes two of one kind different. */
export function writePoison(file: string, deed: Deed, mark: string): void {
  writeFileSync(file, `POISON:${deed}\n${mark}\n`);
}
