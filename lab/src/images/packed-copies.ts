import { createReadStream, createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { runCommand, runCommandToEnd } from '../run-command.ts';
import { composeAff4 } from './aff4-copy.ts';
import { writeApportReport } from './apport-copy.ts';

/** A compressed copy of a dump. */
export interface PackedCopy {
  /** The program that made it, or the container. */
  readonly kind: string;
  /** The first is the one to name. */
  readonly files: readonly [string, ...string[]];
}

/** Makes the files of a kind in a folder. */
interface Packer {
  readonly kind: string;
  /** Without it there is no copy of this kind. Left out: composed here. */
  readonly program?: string;
  readonly pack: (dump: string, folder: string) => Promise<PackedCopy['files']>;
}

/** Several segments of a guest's dump. */
const segmentInBytes: number = 16 << 20;

/** As users run them. */
const packers: readonly Packer[] = [
  toStandardOutput('gzip', '-1', '-c'),
  toStandardOutput('zstd', '-q', '-3', '-c'),
  toStandardOutput('xz', '-0', '-T2', '--block-size=16MiB', '-c'),
  toStandardOutput('lz4', '-q', '-c'),
  toStandardOutput('lzop', '-q', '-c'),
  toStandardOutput('bzip2', '-1', '-c'),
  { kind: 'zlib', pack: packByZlib },
  { kind: 'ewf', program: 'ewfacquire', pack: packAsEvidence },
  { kind: 'zip', program: 'zip', pack: packByZip },
  { kind: 'apport', pack: packAsReport },
  { kind: 'aff4 (composed)', pack: packAsAff4 },
];

/** One copy after the other, by each program that is here. The caller removes them. */
export async function* packedCopies(dump: string, folder: string): AsyncGenerator<PackedCopy> {
  for (const { kind, program, pack } of packers) {
    if (program === undefined || (await isHere(program))) {
      yield { kind, files: await pack(dump, folder) };
    }
  }
}

function toStandardOutput(program: string, ...options: readonly string[]): Packer {
  return {
    kind: program,
    program,
    pack: async (dump, folder) => {
      const file = join(folder, `dump.${program}`);
      await runCommand(program, [...options, dump], { outputFile: file });
      return [file];
    },
  };
}

async function packByZlib(dump: string, folder: string): Promise<[string]> {
  const file = join(folder, 'dump.zlib');
  await pipeline(createReadStream(dump), createDeflate({ level: 1 }), createWriteStream(file));
  return [file];
}

/** A set of evidence. Its images are whole sectors; a dump is not. */
async function packAsEvidence(dump: string, folder: string): Promise<[string, ...string[]]> {
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

async function packByZip(dump: string, folder: string): Promise<[string]> {
  const file = join(folder, 'dump.zip');
  await runCommand('zip', ['-q', '-1', '-j', file, dump]);
  return [file];
}

async function packAsReport(dump: string, folder: string): Promise<[string]> {
  const file = join(folder, 'linux.crash');
  await writeApportReport(dump, file);
  return [file];
}

async function packAsAff4(dump: string, folder: string): Promise<[string]> {
  const file = join(folder, 'memory.aff4');
  composeAff4(dump, file);
  return [file];
}

async function isHere(program: string): Promise<boolean> {
  const { exitCode } = await runCommandToEnd('sh', ['-c', `command -v ${program}`]);
  return exitCode === 0;
}
