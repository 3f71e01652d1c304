import {
  asPluginError,
  type ByteSource,
  byStrength,
  type FileHead,
  fileHeadOf,
  isVmcorekitError,
  type SymbolFile,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';
import { guardedOpen, guardedProbe } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { Claims } from './claims.ts';
import { openEntry } from './open-entry.ts';
import { maxUnpackedOf, OpeningContext, type OpeningServices } from './opening-context.ts';
import { ReadCounter } from './read-counter.ts';

/** A symbol file is compressed once, rarely twice; a deeper nesting is an attack. */
const maxNesting = 4;

/**
 * Reads a symbol file with the symbol file format that has the strongest claim to it. Unpacks it
 * first where no such format claims it, and a container does. Takes over the source. Throws
 * `unknown-format`, what a container throws, and what reading symbols throws.
 */
export async function openSymbols(
  registry: Registry,
  services: OpeningServices,
  file: ByteSource,
  stepLimit: StepLimit | undefined,
): Promise<SymbolTable> {
  const maxUnpacked = maxUnpackedOf(file.sizeInBytes);
  let source = file;
  try {
    for (let depth = 0; ; depth++) {
      const head = fileHeadOf(source);
      const format = formatOf(registry, head, stepLimit);
      if (format !== undefined) {
        const { compressors } = services;
        const unpack = (part: ByteSource) =>
          unpacked(registry, services, part, maxUnpacked, stepLimit);
        return await format.open(source, { compressors, unpack });
      }
      if (depth === maxNesting) {
        throw unclaimed(registry, file.name);
      }
      source = await unpacked(registry, services, source, maxUnpacked, stepLimit);
    }
  } catch (error) {
    source[Symbol.dispose]();
    throw isVmcorekitError(error, 'unknown-format') ? unclaimed(registry, file.name) : error;
  }
}

function formatOf(
  registry: Registry,
  head: FileHead,
  stepLimit: StepLimit | undefined,
): SymbolFile | undefined {
  const claimed = registry.all('symbolFiles').flatMap((candidate) => {
    const claim = guardedProbe(candidate.name, () => candidate.probe(head), stepLimit);
    return claim === undefined ? [] : [{ claim, candidate }];
  });
  return byStrength(claimed)[0]?.candidate;
}

function unclaimed(registry: Registry, file: string): VmcorekitError {
  const tried = registry.all('symbolFiles').map(({ name }) => name);
  return new VmcorekitError('unknown-format', { file, tried });
}

/** The only entry of a container. Bytes lost to damage would be read as types, so none may be. */
async function unpacked(
  registry: Registry,
  services: OpeningServices,
  source: ByteSource,
  maxUnpackedInBytes: number,
  stepLimit: StepLimit | undefined,
): Promise<ByteSource> {
  const container = new Claims(registry, stepLimit)
    .to(fileHeadOf(source))
    .find((claimed) => claimed.container !== undefined)?.container;
  if (container === undefined) {
    throw unclaimed(registry, source.name);
  }
  const context = new OpeningContext(services, new ReadCounter(), undefined, {
    maxUnpackedInBytes,
  });
  try {
    const contents = await guardedOpen(
      `container '${container.name}'`,
      () => container.open(source, context),
      'its open returned no contents',
      {},
      stepLimit,
    );
    try {
      const [entry, ...others] = contents.entries;
      if (entry === undefined || others.length > 0) {
        throw notGiven(source, `${container.name} holds ${contents.entries.length} files`);
      }
      const content = await openEntry(container.name, contents, entry, {}, stepLimit);
      const [damage] = contents.damage.filter(({ loses }) => loses !== 'nothing');
      if (damage !== undefined) {
        throw notGiven(source, damage.detail);
      }
      return content;
    } catch (error) {
      contents[Symbol.dispose]();
      throw asPluginError(`container '${container.name}'`, error);
    }
  } catch (error) {
    context[Symbol.dispose]();
    throw error;
  }
}

function notGiven(source: ByteSource, because: string): VmcorekitError {
  return new VmcorekitError('unsupported', {
    what: `${source.name}: ${because}`,
    advice: 'unpack it first, and give the symbol file itself',
  });
}
