import { createHash } from 'node:crypto';
import { type CreateHash, type Dump, isVmcorekitError } from '@vmcorekit/core';
import { type DriveOptions, digestSource, drive, type Toolkit } from '@vmcorekit/engine';
import { FileSource, type FileStatus, fileStatusOf, pathOf } from '@vmcorekit/node';
import type { FileProvenance, Provenance } from '@vmcorekit/report';
import { version } from '../../version.ts';

/** What a report can hash: each file, and the memory in the dump. */
export const hashed = ['file', 'memory'] as const;
export type Hashed = (typeof hashed)[number];

export interface ProvenanceOptions {
  /** What to hash; nothing unless given. Each reads all of the dump. */
  readonly hash?: readonly Hashed[];
  /** The time of the report, in milliseconds since 1970; the clock's unless given. */
  readonly now?: number;
}

const sha256: CreateHash = () => createHash('sha256');

/**
 * Describes what a dump was read from, and hashes what was asked for. Throws `io` if a file to hash
 * cannot be read.
 */
export async function provenanceOf(
  toolkit: Toolkit,
  dump: Dump,
  { hash = [], now = Date.now() }: ProvenanceOptions,
  configuration: readonly string[],
  driving: DriveOptions,
): Promise<Provenance> {
  const files: FileProvenance[] = [];
  for (const path of dump.files) {
    files.push(await fileProvenance(path, hash.includes('file'), driving));
  }
  return {
    files,
    memory: hash.includes('memory') ? await toolkit.digestMemory(dump, sha256, driving) : null,
    tool: { name: 'vmcorekit', version: version(), node: process.versions.node },
    reportedAt: now,
    configuration,
  };
}

async function fileProvenance(
  path: string,
  isHashed: boolean,
  driving: DriveOptions,
): Promise<FileProvenance> {
  const unknown = { target: null, sizeInBytes: null, modified: null, changed: null, created: null };
  const status = statusOf(path);
  return { path, ...(status ?? unknown), sha256: isHashed ? await hashOf() : null };

  async function hashOf(): Promise<string> {
    using source = new FileSource(pathOf(path));
    return await drive(digestSource(source, sha256), driving);
  }
}

/** Undefined for what is not a file of this machine, like an entry of a container. */
function statusOf(path: string): FileStatus | undefined {
  try {
    return fileStatusOf(path);
  } catch (error) {
    if (isVmcorekitError(error, 'io')) {
      return undefined;
    }
    throw error;
  }
}
