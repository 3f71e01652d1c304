import { createReadStream, createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { runCommand, runCommandToEnd } from '../run-command.ts';
import { composeAff4 } from './aff4-copy.ts';

/** A compressed copy of a dump. */
export interface PackedCopy {
  /** The program that made it. */
  readonly kind: string;
  /** The first is the one to name. */
  readonly files: readonly [string, ...string[]];
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

/** Several segments of a guest's dump. */
const segmentInBytes: number = 16 << 20;

/** One copy after the other, by each program that is here, or composed. The caller removes them. */
export async function* packedCopies(dump: string, folder: string): AsyncGenerator<PackedCopy> {
  for (const [program, ...options] of packers) {
    if (await isHere(program)) {
      const file = join(folder, `dump.${program}`);
      await runCommand(program, [...options, dump], { outputFile: file });
      yield { kind: program, files: [file] };
    }
  }
  const file = join(folder, 'dump.zlib');
  await pipeline(createReadStream(dump), createDeflate({ level: 1 }), createWriteStream(file));
  yield { kind: 'zlib', files: [file] };
  if (await isHere('ewfacquire')) {
    yield { kind: 'ewf', files: await evidenceOf(dump, folder) };
  }
  // No program here makes one.
  const composed = join(folder, 'memory.aff4');
  composeAff4(dump, composed);
  yield { kind: 'aff4 (composed)', files: [composed] };
}

/** A set of evidence. Its images are whole sectors; a dump is not. */
async function evidenceOf(dump: string, folder: string): Promise<[string, ...string[]]> {
  const options = [
    '-u',
    '-q',
    '-c',
    'fast',
    '-S',
    String(segmentInBytes),
    '-t',
    join(folder, 'dump'),
  ];
  await runCommand('ewfacquire', [...options, dump]);
  const others = readdirSync(folder).filter((name) => /^dump\.E(?!01)/.test(name));
  return [join(folder, 'dump.E01'), ...others.map((name) => join(folder, name))];
}

async function isHere(program: string): Promise<boolean> {
  const { exitCode } = await runCommandToEnd('sh', ['-c', `command -v ${program}`]);
  return exitCode === 0;
}
