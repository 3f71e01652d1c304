import { type ByteSource, CachedSource, fileHeadOf } from '@vmcorekit/core';
import { drive } from '../running/drive.ts';
import { guardedProbe } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { chooseClaim } from './choose-claim.ts';
import { Claims } from './claims.ts';
import type { IdentifiedSource, IdentifyOptions } from './identified-source.ts';
import { type OpeningServices, recordedCompanions } from './opening-context.ts';
import { Unwrapping } from './unwrapping.ts';
import { withDamage } from './with-damage.ts';

/**
 * Finds the containers and the format of a file. Takes over the source. Throws `unknown-format`
 * with everything that was tried and any damage, `choose-entry`, what a container throws, and the
 * signal's reason.
 */
export async function identify(
  registry: Registry,
  services: OpeningServices,
  file: ByteSource,
  options: IdentifyOptions = {},
  stepLimit?: StepLimit,
): Promise<IdentifiedSource> {
  const claims = new Claims(registry, stepLimit);
  const beside = recordedCompanions(options.openCompanion);
  const parts = { registry, services, claims, openCompanion: beside.open, options, stepLimit };
  const wholeName =
    options.placedName ??
    (options.entry === undefined ? file.name : `${file.name}//${options.entry}`);
  const unwrapping = new Unwrapping(file, parts);
  try {
    if (options.check !== undefined) {
      unwrapping.damage.push(...(await drive(options.check(), options, file.name, stepLimit)));
    }
    for (;;) {
      // Not below a container: what the container gathers from many places of a file would be held
      // twice.
      const cached = new CachedSource(unwrapping.source);
      const { chosen, main, damage } = await chooseClaim(
        wholeName,
        fileHeadOf(cached),
        unwrapping,
        parts,
      );
      if (chosen.container !== undefined) {
        await unwrapping.unwrap(chosen.container);
        continue;
      }
      unwrapping.damage.push(...damage);
      unwrapping.source = cached;
      const format = main?.format ?? chosen.format;
      const splitSet =
        main === undefined
          ? (guardedProbe(format.name, () => format.splitSetOf?.(cached), stepLimit) ?? null)
          : null;
      return {
        file: wholeName,
        source: cached,
        containers: unwrapping.containers,
        container: unwrapping.containers.at(-1) ?? null,
        containerHeader: unwrapping.header,
        statedDigests: unwrapping.statedDigests,
        containerOrigins: unwrapping.origins,
        format,
        because: main?.because ?? chosen.claim.because,
        damage: [...claims.failures.values(), ...unwrapping.damage],
        main,
        filesBeside: () => [
          ...(unwrapping.indexBeside === undefined ? [] : [unwrapping.indexBeside]),
          ...beside.inUse(),
        ],
        splitSet,
        counter: unwrapping.counter,
        openCompanion: beside.open,
        maxUnpackedInBytes: unwrapping.maxUnpackedInBytes,
        placed: unwrapping.placed?.(cached.sizeInBytes) ?? null,
        placedBecause: unwrapping.placedBecause,
        snapshot: () => unwrapping.snapshot(),
        [Symbol.dispose]: () => {
          main?.source[Symbol.dispose]();
          cached[Symbol.dispose]();
        },
      };
    }
  } catch (error) {
    unwrapping.source[Symbol.dispose]();
    throw withDamage(error, unwrapping.damage);
  }
}
