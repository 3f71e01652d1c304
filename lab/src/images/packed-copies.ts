import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { runCommand, runCommandToEnd } from '../run-command.ts';

/** A compressed copy of a dump. */
export interface PackedCopy {
  /** The program that made it. */
  readonly kind: string;
  readonly file: string;
}

/** As users run them. */
const packers: readonly (readonly [program: string, ...options: string[]])[] = [
  ['gzip', '-1', '-c'],
  ['zstd', '-q', '-3', '-c'],
  ['xz', '-0', '-T2', '--block-size=16MiB', '-c'],
  ['lz4', '-q', '-c'],
  ['lzop', '-q', '-c'],
  ['bzip2', '-1', '-c'],
];

/** One copy after the other, by each program that is here. The caller removes them. */
export async function* packedCopies(dump: string, folder: string): AsyncGenerator<PackedCopy> {
  for (const [program, ...options] of packers) {
    if (await isHere(program)) {
      const file = join(folder, `dump.${program}`);
      await runCommand(program, [...options, dump], { outputFile: file });
      yield { kind: program, file };
    }
  }
  const file = join(folder, 'dump.zlib');
  await pipeline(createReadStream(dump), createDeflate({ level: 1 }), createWriteStream(file));
  yield { kind: 'zlib', file };
}

async function isHere(program: string): Promise<boolean> {
  const { exitCode } = await runCommandToEnd('sh', ['-c', `command -v ${program}`]);
  return exitCode === 0;
}
