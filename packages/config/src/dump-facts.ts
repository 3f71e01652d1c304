import type { Dump, Origin, Stated, Verdict } from '@vmcorekit/core';

/** What a rule can match on. Null is unknown, and matches no condition. */
export interface DumpFacts {
  /** Absolute paths of its files; one match is enough. */
  readonly paths: readonly string[];
  readonly format: string;
  readonly container: string;
  readonly capturedBy: string;
  readonly writtenBy: string;
  readonly architecture: string | null;
  readonly pageSize: number;
  readonly memorySize: number;
  readonly cpus: number;
  readonly host: string;
  readonly nodename: string | null;
  readonly release: string | null;
  readonly buildId: string | null;
}

/**
 * What is known about a dump before the search for its kernel. `paths` are its files, absolute;
 * `host` is this machine.
 */
export function dumpFacts(
  dump: Dump,
  origin: Origin,
  { paths, host }: { readonly paths: readonly string[]; readonly host: string },
): DumpFacts {
  const { memory, facts, format } = dump.image;
  return {
    paths,
    format,
    container: dump.container ?? 'none',
    capturedBy: origin.capturedBy,
    writtenBy: origin.writtenBy,
    architecture: dump.architecture?.name ?? dump.image.architecture,
    pageSize: memory.pageSizeInBytes,
    memorySize: memory.ranges.reduce((sum, { start, end }) => sum + end - start, 0),
    cpus: dump.cpus.length,
    host,
    nodename: textOf(facts?.utsname?.nodename),
    release: dump.vmcoreinfo?.release ?? textOf(facts?.utsname?.release),
    buildId: dump.vmcoreinfo?.buildId ?? null,
  };
}

/** The same, with what the search found. */
export function withVerdict(facts: DumpFacts, { kernel }: Verdict): DumpFacts {
  return {
    ...facts,
    release: kernel?.release ?? facts.release,
    buildId: kernel?.buildId ?? facts.buildId,
  };
}

function textOf(stated: Stated<string> | undefined): string | null {
  return stated === undefined || stated.value === '' ? null : stated.value;
}
