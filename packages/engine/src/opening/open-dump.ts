import {
  type Dump,
  type DumpImage,
  isVmcorekitError,
  reasonOf,
  VmcorekitError,
} from '@vmcorekit/core';
import type { DriveOptions } from '../running/drive.ts';
import { guardedOpen } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import type { IdentifiedSource } from './identified-source.ts';
import { misfit } from './main-file.ts';
import { OpeningContext, type OpeningServices } from './opening-context.ts';
import { Readings } from './readings.ts';
import { withDamage } from './with-damage.ts';

/**
 * Opens one dump from its identified file, or from all identified parts of a split dump. Takes over
 * the sources, even when it throws. Throws what the format throws, and the signal's reason.
 */
export async function openIdentified(
  registry: Registry,
  services: OpeningServices,
  parts: readonly IdentifiedSource[],
  options: DriveOptions = {},
  stepLimit?: StepLimit,
): Promise<Dump> {
  const named = parts.find(({ format }) => format.isNamedOnly === true);
  if (named !== undefined && parts.length > 1) {
    // Its own error says what the file is, and what to do with it.
    disposeAll(parts.filter((part) => part !== named));
    return openIdentified(registry, services, [named], options, stepLimit);
  }
  const [first] = parts;
  if (first === undefined || parts.some((part) => part.format !== first.format)) {
    disposeAll(parts);
    throw new VmcorekitError('contract', {
      what: 'a dump is opened from one file, or from the parts of one split dump',
    });
  }
  const opened = await openImage(services, first, parts, options, stepLimit);
  return new Readings(registry, services.architectures, opened.parts, opened.image, stepLimit)
    .whole;
}

interface OpenedImage {
  readonly image: DumpImage;
  /** As they were opened: perhaps without the files beside them. */
  readonly parts: readonly IdentifiedSource[];
}

/**
 * The image owns the files. Where opening fails, this closes them and everything else that the
 * format was given.
 */
async function openImage(
  services: OpeningServices,
  first: IdentifiedSource,
  parts: readonly IdentifiedSource[],
  options: DriveOptions,
  stepLimit: StepLimit | undefined,
): Promise<OpenedImage> {
  const { format, main, counter, openCompanion, maxUnpackedInBytes, placed, placedBecause } = first;
  const context = new OpeningContext(services, counter, openCompanion, {
    maxUnpackedInBytes,
    placed,
    placedBecause,
  });
  const files = parts.flatMap((part) =>
    part.main === undefined ? [part.source] : [part.main.source, part.source],
  );
  try {
    const start = () => format.open(files, context);
    const image = await guardedOpen(
      `format '${format.name}'`,
      start,
      'its open returned no image',
      options,
      stepLimit,
    );
    return { image, parts };
  } catch (error) {
    if (main !== undefined && isAboutTheFile(error)) {
      disposeAll([main.source, context]);
      const because = `${main.name} beside it cannot be used: ${reasonOf(error)}`;
      const alone: IdentifiedSource = {
        ...first,
        ...main.alone,
        main: undefined,
        damage: [...first.damage, misfit(because)],
      };
      return openImage(services, alone, [alone], options, stepLimit);
    }
    disposeAll([...parts, context]);
    throw withDamage(
      error,
      parts.flatMap(({ damage }) => damage),
    );
  }
}

function isAboutTheFile(error: unknown): boolean {
  return (
    isVmcorekitError(error, 'malformed') ||
    isVmcorekitError(error, 'truncated') ||
    isVmcorekitError(error, 'unsupported')
  );
}

function disposeAll(all: readonly Disposable[]): void {
  for (const each of all) {
    each[Symbol.dispose]();
  }
}
