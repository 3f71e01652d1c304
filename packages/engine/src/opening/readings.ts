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
} from '@vmcorekit/core';
import { framedArchitecture } from '../frames/framed-architecture.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { cpusOf } from './cpus.ts';
import type { IdentifiedSource } from './identified-source.ts';
import { sumOf } from './read-counter.ts';
import { unreadCpuNotes } from './unread-cpu-notes.ts';

/** What a dump may be read as: its own machine, others, and other layouts of its memory. */
export class Readings {
  /** The dump as its files describe it. */
  readonly whole: Dump;
  readonly #registry: Registry;
  readonly #architectures: ArchitectureTable;
  readonly #parts: readonly IdentifiedSource[];
  readonly #image: DumpImage;
  /** As they are once all is open: closing the dump closes them. */
  readonly #filesBeside: readonly string[];
  readonly #vmcoreinfo: VmcoreInfo | null;
  readonly #stepLimit: StepLimit | undefined;

  constructor(
    registry: Registry,
    architectures: ArchitectureTable,
    parts: readonly IdentifiedSource[],
    image: DumpImage,
    stepLimit: StepLimit | undefined,
  ) {
    this.#registry = registry;
    this.#architectures = architectures;
    this.#parts = parts;
    this.#image = image;
    this.#filesBeside = [...new Set(parts.flatMap((part) => part.filesBeside()))];
    this.#vmcoreinfo = image.vmcoreinfo === null ? null : new VmcoreInfo(image.vmcoreinfo);
    this.#stepLimit = stepLimit;
    const whole = this.#readingOf(image);
    const asOther = (other: DumpImage): OtherMachine => {
      const reading = this.#readingOf(other);
      return { dump: reading.dump, take: () => whole.become(reading.machine()) };
    };
    if (image.possibleLayouts !== undefined) {
      const value = image.possibleLayouts.map(asOther);
      Object.defineProperty(whole.dump, 'memoryLayouts', { value });
    }
    if (image.layoutsBy !== undefined) {
      const get = (): Dump['placedBy'] =>
        whole.machine().image === image
          ? (ram) => (image.layoutsBy?.(ram) ?? []).map(asOther)
          : undefined;
      Object.defineProperty(whole.dump, 'placedBy', { get });
    }
    this.whole = whole.dump;
  }

  /** A dump of that image, read as its own machine until a search takes another one. */
  #readingOf(image: DumpImage): {
    readonly dump: Dump;
    readonly machine: () => Machine;
    readonly become: (machine: Machine) => void;
  } {
    const architectures = this.#architectures;
    const stepLimit = this.#stepLimit;
    const own = machineOf(image, stepLimit, () => architectureOf(architectures, image));
    let current = own;
    const become = (machine: Machine): void => {
      current = machine;
    };
    const dump = this.#dumpOf(() => current, own.damage);
    const asOther = (other: Machine): OtherMachine => ({
      dump: this.#dumpOf(() => other, own.damage),
      take: () => become(other),
    });
    // Not enumerable: a copy of the dump, with other CPUs for example, does not change with it.
    const wider = widerMachineOf(architectures, image, own);
    if (wider !== null) {
      Object.defineProperty(dump, 'wider', { value: asOther(wider) });
    }
    if (isUnconfirmed(architectures, image, own)) {
      const value: Dump['readAs'] = (name) => {
        const other = machineOf(image, stepLimit, () => architectures.named(name) ?? null);
        return this.#layoutOf(other) === null ? null : asOther(other);
      };
      Object.defineProperty(dump, 'readAs', { value });
    }
    return { dump, machine: () => current, become };
  }

  #dumpOf(current: () => Machine, machineDamage: readonly Damage[]): Dump {
    const parts = this.#parts;
    const layoutOf = this.#layoutOf.bind(this);
    const image = this.#image;
    // A search may read the same pages in several layouts.
    const memories = [image, ...(image.possibleLayouts ?? [])].map(({ memory }) => memory);
    const damage: readonly Damage[] = [...parts.flatMap((part) => part.damage), ...machineDamage];
    return {
      files: parts.map((part) => part.file),
      filesBeside: this.#filesBeside,
      container: parts[0]?.container ?? null,
      containers: parts[0]?.containers ?? [],
      containerHeader: parts[0]?.containerHeader ?? new Map(),
      statedDigests: parts.flatMap((part) => part.statedDigests),
      containerOrigins: parts[0]?.containerOrigins ?? [],
      get image() {
        return current().image;
      },
      get damage() {
        return [...damage, ...current().image.damage];
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
      vmcoreinfo: this.#vmcoreinfo,
      get statistics() {
        const transfer = sumOf(parts.map(({ counter }) => counter.transfer));
        return {
          bytesRead: parts.reduce((sum, { counter }) => sum + counter.bytesRead, 0),
          pagesRead: Math.max(...memories.map(({ pagesRead }) => pagesRead)),
          ...(transfer === undefined ? {} : { transfer }),
        };
      },
      get sourceFailure() {
        return parts.find(({ counter }) => counter.failure !== null)?.counter.failure ?? null;
      },
      [Symbol.dispose]: () => image[Symbol.dispose](),
    };
  }

  #layoutOf({ architecture }: Machine): KernelLayout | null {
    return (
      this.#registry.all('kernelLayouts').find(({ name }) => name === architecture?.name) ?? null
    );
  }
}

interface Machine extends Pick<Dump, 'architecture' | 'cpus' | 'image'> {
  readonly damage: readonly Damage[];
}

/**
 * The architecture of an image, and its CPUs. Where the code that reads notes fails, this is
 * reported as damage, and no CPU is known.
 */
function machineOf(
  image: DumpImage,
  stepLimit: StepLimit | undefined,
  choose: () => Architecture | null,
): Machine {
  const look = (): Machine => {
    const architecture = framedArchitecture(choose(), image);
    return {
      image,
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
      image,
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
    : {
        image,
        architecture: framedArchitecture(wider, image),
        cpus: cpusOf(image, wider),
        damage: [],
      };
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
