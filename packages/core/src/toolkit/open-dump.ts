import type { Architecture } from '../architecture.ts';
import type { Condition } from '../condition.ts';
import type { Dump } from '../dump.ts';
import type { FormatContext } from '../dump-format.ts';
import type { DumpImage } from '../dump-image.ts';
import { VmcorekitError } from '../errors.ts';
import { VmcoreInfo } from '../vmcoreinfo.ts';
import { cpusOf } from './cpus.ts';
import type { IdentifiedSource } from './identify.ts';
import type { Registry } from './registry.ts';

/** Opens one dump out of its identified file, or out of all identified parts of a split one. Takes over the sources. */
export async function openIdentified(
  registry: Registry,
  context: FormatContext,
  parts: readonly IdentifiedSource[],
): Promise<Dump> {
  const [first] = parts;
  if (first === undefined || parts.some((part) => part.format !== first.format)) {
    for (const part of parts) {
      part[Symbol.dispose]();
    }
    throw new VmcorekitError('contract', { what: 'a dump is opened from one file, or from the parts of one split dump' });
  }
  const image = await first.format.open(
    parts.map((part) => part.source),
    context,
  );
  const architecture = architectureOf(registry, image);
  const conditions: readonly Condition[] = parts.flatMap((part) => part.conditions);
  const vmcoreinfo = image.vmcoreinfo === null ? null : new VmcoreInfo(image.vmcoreinfo);
  return {
    files: parts.map((part) => part.file),
    container: first.container,
    image,
    get conditions() {
      return [...conditions, ...image.conditions];
    },
    architecture,
    cpus: cpusOf(image, architecture),
    vmcoreinfo,
    [Symbol.dispose]: () => image[Symbol.dispose](),
  };
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
