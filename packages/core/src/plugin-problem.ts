import { type ExtensionPoint, extensionPoints } from './plugin.ts';

type Kind = 'string' | 'function' | 'object' | 'list' | 'list or any';

/**
 * What a contribution to each extension point must have, so that the toolkit can call it at all.
 */
const members: Readonly<Record<ExtensionPoint, Readonly<Record<string, Kind>>>> = {
  sources: { summary: 'string', schemes: 'list', open: 'function' },
  formats: { summary: 'string', probe: 'function', open: 'function' },
  containers: { probe: 'function', open: 'function' },
  compressors: { method: 'string', isAvailable: 'function', decode: 'function' },
  architectures: { machines: 'object', pageSizesInBytes: 'list' },
  kernelLayouts: {
    rootTableSymbols: 'list',
    imageWindow: 'function',
    imageOffsetOf: 'function',
    readVmcoreInfo: 'function',
  },
  symbolFiles: { summary: 'string' },
  symbolCarvers: { summary: 'string', carve: 'function' },
  unwinders: { summary: 'string', architecture: 'string', open: 'function' },
  disassemblers: { summary: 'string', architectures: 'list', disassemble: 'function' },
  heuristics: {
    summary: 'string',
    looksAt: 'string',
    cost: 'string',
    needs: 'list',
    yields: 'list',
    architectures: 'list or any',
    options: 'object',
    run: 'function',
  },
  witnesses: { summary: 'string', architectures: 'list or any', testify: 'function' },
  pageFilters: { summary: 'string' },
  analyzers: { summary: 'string', options: 'object', run: 'function' },
};

const is: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  function: (value) => typeof value === 'function',
  object: isRecord,
  list: Array.isArray,
  'list or any': (value) => value === 'any' || Array.isArray(value),
};

/** Why a value cannot be used as a plug-in; undefined where it can. */
export function pluginProblem(plugin: unknown): string | undefined {
  if (!isRecord(plugin) || typeof plugin.name !== 'string' || plugin.name === '') {
    return 'its default export is no plug-in (definePlugin makes one): it has no name';
  }
  for (const key of Object.keys(plugin)) {
    if (key !== 'name' && !Object.hasOwn(extensionPoints, key)) {
      return `it contributes '${key}', which is no extension point (there are ${Object.keys(extensionPoints).join(', ')})`;
    }
  }
  for (const point of Object.keys(extensionPoints) as ExtensionPoint[]) {
    const contributions = plugin[point] ?? [];
    if (!Array.isArray(contributions)) {
      return `its ${point} are not a list`;
    }
    for (const [index, contribution] of contributions.entries()) {
      const problem = contributionProblem(point, contribution);
      if (problem !== undefined) {
        return `its ${point}[${index}] ${problem}`;
      }
    }
  }
  return undefined;
}

function contributionProblem(point: ExtensionPoint, contribution: unknown): string | undefined {
  if (!isRecord(contribution) || typeof contribution.name !== 'string') {
    return 'has no name';
  }
  const problem = lackOf(members[point], contribution);
  const { writer } = contribution;
  if (problem !== undefined || point !== 'formats' || writer === undefined) {
    return problem === undefined ? undefined : `('${contribution.name}') ${problem}`;
  }
  const ofWriter = writerProblem(writer);
  return ofWriter === undefined
    ? undefined
    : `('${contribution.name}') has a writer that ${ofWriter}`;
}

function writerProblem(writer: unknown): string | undefined {
  if (!isRecord(writer)) {
    return 'is not an object';
  }
  const { kinds } = writer;
  const problem = lackOf({ kinds: 'list', write: 'function' }, writer);
  return problem !== undefined || !Array.isArray(kinds)
    ? problem
    : kinds
        .map((kind) => lackOf({ name: 'string', summary: 'string', endings: 'list' }, kind))
        .find((lack) => lack !== undefined);
}

function lackOf(wanted: Readonly<Record<string, Kind>>, value: unknown): string | undefined {
  const wrong = Object.entries(wanted).find(
    ([name, kind]) => !isRecord(value) || !is[kind](value[name]),
  );
  return wrong === undefined ? undefined : `lacks ${wrong[0]}, which must be a ${wrong[1]}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
