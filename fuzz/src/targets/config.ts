import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration, starter } from '@vmcorekit/config';
import type { FuzzTarget } from '../target.ts';

let file: string | undefined;

/** One file for all runs, gone at the end. */
function configFile(): string {
  if (file === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-fuzz-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    file = join(folder, 'vmcorekit.config.yaml');
  }
  return file;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export const config: FuzzTarget = {
  name: 'config',
  summary: 'a configuration in YAML or JSON',
  seeds: () => [
    encode(starter),
    encode(
      '{"rules":[{"name":"r","match":{"writtenBy":"qemu","memorySize":{"from":"4 GiB"}},"heuristics":["cr3-walk",["step-scan",{"from":0}]]}]}',
    ),
    encode('rules:\n  - &a {name: x}\n  - *a\n'),
  ],
  async run(bytes) {
    const path = configFile();
    writeFileSync(path, bytes);
    const configuration = await loadConfiguration({ folder: '/', env: {}, given: path });
    return `${Object.keys(configuration).length} ${Math.min(3, configuration.rules.length)}`;
  },
};
