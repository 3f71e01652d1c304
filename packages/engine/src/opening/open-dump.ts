import {
  type Architecture,
  type ArchitectureTable,
  type Damage,
  type Dump,
  type DumpImage,
  type KernelLayout,
  type OtherMachine,
  reasonOf,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import type { DriveOptions } from '../running/drive.ts';
import { guardedOpen } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { cpusOf } from './cpus.ts';
import type { IdentifiedSource } from './identify.ts';
import { OpeningContext, type OpeningServices } from './opening-context.ts';
import { unreadCpuNotes } from './unread-cpu-notes.ts';

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
  const image = await openImage(services, first, parts, options, stepLimit);
  const { architectures } = services;
  const machine = machineOf(image, stepLimit, () => architectureOf(architectures, image));
  const layoutOf = ({ architecture }: Machine): KernelLayout | null =>
    registry.all('kernelLayouts').find(({ name }) => name === architecture?.name) ?? null;
  const vmcoreinfo = image.vmcoreinfo === null ? null : new VmcoreInfo(image.vmcoreinfo);
  const damage: readonly Damage[] = [...parts.flatMap((part) => part.damage), ...machine.damage];
  const dumpOf = (current: () => Machine): Dump => ({
    files: parts.map((part) => part.file),
    container: first.container,
    image,
    get damage() {
      return [...damage, ...image.damage];
    },
    get architecture() {
      return current().architecture;
    },
    get layout() {
      return layoutOf(current());
    },
    get cpus() {
      return current().cpus;
    },
    vmcoreinfo,
    get statistics() {
      return {
        bytesRead: parts.reduce((sum, { counter }) => sum + counter.bytesRead, 0),
        pagesRead: image.memory.pagesRead,
      };
    },
    get sourceFailure() {
      return parts.find(({ counter }) => counter.failure !== null)?.counter.failure ?? null;
    },
    [Symbol.dispose]: () => image[Symbol.dispose](),
  });
  let current = machine;
  const dump = dumpOf(() => current);
  const asOther = (other: Machine): OtherMachine => ({
    dump: dumpOf(() => other),
    take: () => {
      current = other;
    },
  });
  // Not enumerable: a copy of the dump, with other CPUs for example, does not change with it.
  const wider = widerMachineOf(architectures, image, machine);
  if (wider !== null) {
    Object.defineProperty(dump, 'wider', { value: asOther(wider) });
  }
  if (isUnconfirmed(architectures, image, machine)) {
    const value: Dump['readAs'] = (name) => {
      const other = machineOf(image, stepLimit, () => architectures.named(name) ?? null);
      return layoutOf(other) === null ? null : asOther(other);
    };
    Object.defineProperty(dump, 'readAs', { value });
  }
  return dump;
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
): Promise<DumpImage> {
  const { format, counter, openCompanion, maxUnpackedInBytes } = first;
  const context = new OpeningContext(services, counter, openCompanion, maxUnpackedInBytes);
  const files = parts.map((part) => part.source);
  try {
    const start = () => format.open(files, context);
    return await guardedOpen(
      `format '${format.name}'`,
      start,
      'its open returned no image',
      options,
      stepLimit,
    );
  } catch (error) {
    disposeAll([...parts, context]);
    throw error;
  }
}

function disposeAll(all: readonly Disposable[]): void {
  for (const each of all) {
    each[Symbol.dispose]();
  }
}

interface Machine extends Pick<Dump, 'architecture' | 'cpus'> {
  readonly damage: readonly Damage[];
}

/**
 * The architecture and its CPUs. Where the code that reads notes fails, this is reported as damage,
 * and no CPU is known.
 */
function machineOf(
  image: DumpImage,
  stepLimit: StepLimit | undefined,
  choose: () => Architecture | null,
): Machine {
  const look = (): Machine => {
    const architecture = choose();
    return {
      architecture,
      cpus: cpusOf(image, architecture),
      damage: unreadCpuNotes(image, architecture),
    };
  };
  try {
    const what = `architecture '${image.architecture}'`;
    return stepLimit === undefined
      ? look()
      : stepLimit.guard(look, stepLimit.limitInMilliseconds, what);
  } catch (error) {
    const reason = reasonOf(error);
    const detail = `the CPUs are unknown: ${image.architecture} failed to read their notes: ${reason}`;
    return {
      architecture: null,
      cpus: [],
      damage: [{ name: 'plugin-failed', detail, loses: 'nothing' }],
    };
  }
}

/**
 * The architecture that the CPUs agree on, where their registers say; else the file's. Null where
 * no plug-in knows it.
 */
function architectureOf(architectures: ArchitectureTable, image: DumpImage): Architecture | null {
  const ofFile = architectures.named(image.architecture) ?? null;
  const modes = new Set(cpusOf(image, ofFile).map((cpu) => ofFile?.modeOf?.(cpu.registers)));
  modes.delete(undefined);
  const [mode] = modes;
  return (modes.size === 1 && mode !== undefined ? architectures.named(mode) : undefined) ?? ofFile;
}

/**
 * The 64-bit machine that this dump may be from, because no CPU was in the mode of a kernel. Null
 * where one was, or where no note says.
 */
function widerMachineOf(
  architectures: ArchitectureTable,
  image: DumpImage,
  { architecture, cpus }: Machine,
): Machine | null {
  const isOff =
    cpus.length > 0 &&
    cpus.every(({ registers }) => architecture?.mmu?.isTranslating?.(registers) === false);
  const wider =
    isOff && architecture?.wordSizeInBits === 32
      ? architectures.widerThan(architecture.name)
      : undefined;
  return wider === undefined
    ? null
    : { architecture: wider, cpus: cpusOf(image, wider), damage: [] };
}

/** Whether no plug-in knows the machine that the file names, or no CPU of the dump confirms it. */
function isUnconfirmed(
  architectures: ArchitectureTable,
  image: DumpImage,
  { architecture, cpus }: Machine,
): boolean {
  return architecture === null
    ? architectures.named(image.architecture) === undefined
    : cpus.length === 0;
}
