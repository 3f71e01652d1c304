import {
  type ByteSource,
  CachedSource,
  type Damage,
  type DumpFormat,
  describeThrown,
  isVmcorekitError,
  VmcorekitError,
} from '@vmcorekit/core';
import { guardedOpen, guardedProbe } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';

const headSizeInBytes = 64 * 1024;
/** A dump in a container in a container is conceivable; more is an attack. */
const maxNesting = 4;

/** A file, out of its containers, and the format that claims it. Owns its source until it is opened. */
export interface IdentifiedSource extends Disposable {
  readonly file: string;
  readonly source: ByteSource;
  /** The innermost container's name, or null. */
  readonly container: string | null;
  readonly format: DumpFormat;
  /** Why the format claims it. */
  readonly because: string;
  readonly damage: readonly Damage[];
  /** Equal for the parts of one split dump; null where the file stands alone. */
  readonly splitSet: string | null;
}

/** Finds container and format of a file. Takes over the source. Throws `unknown-format` naming all that were tried, and what is damaged. */
export async function identify(registry: Registry, file: ByteSource, stepLimit?: StepLimit): Promise<IdentifiedSource> {
  let source: ByteSource = file;
  try {
    let container: string | null = null;
    const damage: Damage[] = [];
    for (let depth = 0; depth < maxNesting; depth++) {
      const head = headOf(source);
      const match = registry.all('containers').find((candidate) => probed(candidate, head, damage, stepLimit) !== undefined);
      if (match === undefined) {
        break;
      }
      const contained = source;
      const opened = await guardedOpen(`container '${match.name}'`, () => match.open(contained), stepLimit);
      source = opened.contents;
      damage.push(...opened.damage);
      container = match.name;
    }
    // Not below the containers: what they gather out of many places of a file would be held twice.
    source = new CachedSource(source);
    const head = headOf(source);
    for (const format of registry.all('formats')) {
      const because = probed(format, head, damage, stepLimit);
      if (because !== undefined) {
        const owned = source;
        const splitSet = guardedProbe(format.name, () => format.splitSetOf?.(owned), stepLimit) ?? null;
        return {
          file: file.name,
          source,
          container,
          format,
          because,
          damage,
          splitSet,
          [Symbol.dispose]: () => owned[Symbol.dispose](),
        };
      }
    }
    const tried = [...registry.all('containers'), ...registry.all('formats')].map((candidate) => candidate.name);
    const because = damage.map(({ detail }) => detail).join('; ');
    throw new VmcorekitError('unknown-format', { file: file.name, tried, ...(because === '' ? {} : { because }) });
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
}

/** A probe may not throw; one that does claims nothing, and is named. */
function probed(
  candidate: { readonly name: string; probe(head: Uint8Array): string | undefined },
  head: Uint8Array,
  damage: Damage[],
  stepLimit: StepLimit | undefined,
): string | undefined {
  try {
    return guardedProbe(candidate.name, () => candidate.probe(head), stepLimit);
  } catch (error) {
    const reason = isVmcorekitError(error) ? error.message : describeThrown(error);
    damage.push({
      name: 'plugin-failed',
      detail: `'${candidate.name}' failed when it was asked for its files: ${reason}`,
      loses: 'nothing',
    });
    return undefined;
  }
}

function headOf(source: ByteSource): Uint8Array {
  const head = new Uint8Array(Math.min(headSizeInBytes, source.sizeInBytes));
  return head.subarray(0, source.readInto(0, head));
}
