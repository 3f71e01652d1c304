import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../fixtures/', import.meta.url));
const truthFile = 'truth.json';

/** A kernel in its own words; addresses are hexadecimal. Null is what its machine does not have. */
export interface TrueKernel {
  readonly role: string;
  readonly physBase: number | null;
  readonly kaslrOffset: number | null;
  readonly textVirtualAddress: string;
  readonly textPhysicalAddress: string;
  readonly pageTableRoot: string | null;
  readonly pagingLevels: number | null;
  readonly release: string;
  readonly version: string;
  readonly buildId: string;
  readonly symbols: Readonly<Record<string, string>>;
  /** Its place in its machine's own words; left out for x86-64. */
  readonly numbers?: Readonly<Record<string, string>>;
}

/**
 * What the tests use of a fixture's truth.json; `lab/src/fixtures/fixture-truth.ts` has all of it.
 */
export interface FixtureTruth {
  readonly expected: { readonly kernel: boolean };
  readonly kernels: readonly TrueKernel[];
  readonly origin: { readonly capturedBy: string; readonly writtenBy: string };
  readonly dumps: readonly {
    readonly file: string;
    readonly format: string;
    readonly sizeInBytes: number;
  }[];
  readonly madeBy: readonly string[];
  readonly storedPagesInWhole?: number;
  /**
   * All of the memory there is, each range with the SHA-256 of its bytes; only where no page was
   * left out.
   */
  readonly memory?: readonly {
    readonly start: string;
    readonly end: string;
    readonly sha256: string;
  }[];
}

export interface Fixture {
  readonly name: string;
  readonly truth: FixtureTruth;
  /** The names of all files in its folder but the truth. */
  readonly files: readonly string[];
  pathOf(file: string): string;
}

/** Every fixture of the repository. */
export function readFixtures(): readonly Fixture[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, truthFile)))
    .map(({ name }) => ({
      name,
      truth: JSON.parse(readFileSync(join(folder, name, truthFile), 'utf8')) as FixtureTruth,
      files: readdirSync(join(folder, name)).filter((file) => file !== truthFile),
      pathOf: (file) => join(folder, name, file),
    }));
}
