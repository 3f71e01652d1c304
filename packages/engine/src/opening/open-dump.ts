import {
  type Architecture,
  type Damage,
  type Dump,
  type DumpImage,
  describeThrown,
  type FormatContext,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import { guardedOpen } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { cpusOf } from './cpus.ts';
import type { IdentifiedSource } from './identify.ts';

/** Opens one dump out of its identified file, or out of all identified parts of a split one. Takes over the sources. */
export async function openIdentified(
  registry: Registry,
  context: FormatContext,
  parts: readonly IdentifiedSource[],
  stepLimit?: StepLimit,
): Promise<Dump> {
  const [first] = parts;
  if (first === undefined || parts.some((part) => part.format !== first.format)) {
    for (const part of parts) {
      part[Symbol.dispose]();
    }
    throw new VmcorekitError('contract', { what: 'a dump is opened from one file, or from the parts of one split dump' });
  }
  const { format } = first;
  const sources = parts.map((part) => part.source);
  const image = await guardedOpen(`format '${format.name}'`, () => format.open(sources, context), stepLimit);
  if (typeof image !== 'object' || image === null) {
    throw new VmcorekitError('plugin-failed', { what: `format '${format.name}'`, because: 'it opened the file as no image' });
  }
  const { architecture, cpus, failure } = machineOf(registry, image);
  const damage: readonly Damage[] = [...parts.flatMap((part) => part.damage), ...failure];
  const vmcoreinfo = image.vmcoreinfo === null ? null : new VmcoreInfo(image.vmcoreinfo);
  return {
    files: parts.map((part) => part.file),
    container: first.container,
    image,
    get damage() {
      return [...damage, ...image.damage];
    },
    architecture,
    cpus,
    vmcoreinfo,
    [Symbol.dispose]: () => image[Symbol.dispose](),
  };
}

interface Machine extends Pick<Dump, 'architecture' | 'cpus'> {
  readonly failure: readonly Damage[];
}

/** The architecture and its CPUs. Where the code that reads notes fails, that is told, and no CPU is known. */
function machineOf(registry: Registry, image: DumpImage): Machine {
  try {
    const architecture = architectureOf(registry, image);
    return { architecture, cpus: cpusOf(image, architecture), failure: [] };
  } catch (error) {
    const detail = `the CPUs cannot be told of: ${image.architecture} failed to read their notes: ${describeThrown(error)}`;
    return { architecture: null, cpus: [], failure: [{ name: 'plugin-failed', detail, loses: 'nothing' }] };
  }
}

/** The architecture that the CPUs agree to run in, where their registers tell; else the file's. Null where no plug-in knows it. */
function architectureOf(registry: Registry, image: DumpImage): Architecture | null {
  const named = (name: string | null): Architecture | null =>
    registry.all('architectures').find((candidate) => candidate.name === name) ?? null;
  const ofFile = named(image.architecture);
  const modes = new Set(cpusOf(image, ofFile).map((cpu) => ofFile?.modeOf?.(cpu.registers)));
  modes.delete(undefined);
  const [mode] = modes;
  return (modes.size === 1 && mode !== undefined ? named(mode) : null) ?? ofFile;
}
