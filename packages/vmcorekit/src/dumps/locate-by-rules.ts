import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type DumpFacts,
  dumpFacts,
  type EffectiveSettings,
  namingSettings,
  type PlacedRule,
  settingsFor,
  withVerdict,
} from '@vmcorekit/config';
import {
  type Dump,
  isUrl,
  isVmcorekitError,
  type SymbolTable,
  shownName,
  type Verdict,
  VmcorekitError,
} from '@vmcorekit/core';
import type { SearchOptions, Toolkit } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { placeText } from '../config-reports/place-text.ts';
import { isOtherThanNamed } from '../library/named-kernel.ts';
import { showStacks } from '../terminal/report-error.ts';
import { locateWithProgress, originHeuristics, originOf } from './locate-with-progress.ts';
import { claimNaming } from './named-place.ts';
import type { RuledVerdict } from './ruled-verdict.ts';

type World = Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration' | 'here'>;

/** What rules say of a dump before the search for its kernel. Null if there are no rules. */
export async function effectiveSettings(
  world: World,
  dump: Dump,
): Promise<{ facts: DumpFacts; effective: EffectiveSettings } | null> {
  const { rules } = world.configuration;
  if (rules.length === 0) {
    return null;
  }
  const paths = dump.files.map((file) => (isUrl(file) ? file : resolve(world.io.folder, file)));
  const facts = dumpFacts(dump, await originOf(world, dump), { paths, host: hostname() });
  return { facts, effective: settingsFor(rules, facts) };
}

/**
 * Searches a dump as rules and the command line say; the command line wins. If the kernel found
 * makes other rules apply, for example by its release, searches again with these. For the dump that
 * is open already, gives the verdict of an equal search.
 */
export async function locateByRules(
  world: World,
  dump: Dump,
  search: SearchOptions,
): Promise<RuledVerdict> {
  const ruled =
    world.here?.dump === dump
      ? await world.here.located(search, (merged) => searchByRules(world, dump, merged))
      : await searchByRules(world, dump, search);
  if (world.global.debug) {
    await showStacks(world.io, ruled.verdict);
  }
  return ruled;
}

async function searchByRules(
  world: World,
  dump: Dump,
  search: SearchOptions,
): Promise<RuledVerdict> {
  const before = await effectiveSettings(world, dump);
  const first = await locateWith(world, dump, search, before?.effective ?? null);
  if (before === null) {
    return first;
  }
  const after = settingsFor(world.configuration.rules, withVerdict(before.facts, first.verdict));
  return isDeepStrictEqual(after.settings, before.effective.settings)
    ? { ...first, effective: after }
    : await locateWith(world, dump, search, after);
}

/**
 * The same for commands that go on with the kernel found. Throws what a read of the dump's files
 * threw. Throws `wrong-symbols` if the user gave symbol files and none is of a kernel in the dump:
 * this dump has no answer about another kernel.
 */
export async function locateKernel(
  world: World,
  dump: Dump,
  search: SearchOptions,
): Promise<Verdict> {
  const { verdict } = await locateByRules(world, dump, search);
  if (dump.sourceFailure !== null) {
    throw dump.sourceFailure;
  }
  const wrong = wrongSymbols(verdict, search);
  if (wrong !== undefined) {
    throw new VmcorekitError('wrong-symbols', wrong);
  }
  return verdict;
}

/**
 * Why the kernel that the user names is not the one of the verdict; undefined if it is, or if none
 * is named.
 */
export function unmetChoice(
  dump: Dump,
  { told }: SearchOptions,
  { kernel, explanation }: Verdict,
): string | undefined {
  return isOtherThanNamed(dump, told, kernel) ? explanation : undefined;
}

/**
 * Why no symbol file given is of a kernel in the dump. Undefined if one of them fits, because a
 * user may give those of many machines. Also undefined if they could not be compared, and for files
 * that rules name.
 */
export function wrongSymbols(
  { refusedSymbols, reason, explanation }: Verdict,
  { symbolFiles = [] }: SearchOptions,
): { readonly file: string; readonly because: string } | undefined {
  const [first] = symbolFiles;
  if (first === undefined) {
    return undefined;
  }
  if (reason === 'wrong-symbols') {
    return { file: first.from, because: explanation };
  }
  const areAllRefused = symbolFiles.every(({ from }) =>
    refusedSymbols.some(({ file }) => file === from),
  );
  return areAllRefused ? refusedSymbols[0] : undefined;
}

async function locateWith(
  { toolkit, io, global }: World,
  dump: Dump,
  search: SearchOptions,
  effective: EffectiveSettings | null,
): Promise<RuledVerdict> {
  const unusedSymbols: string[] = [];
  const ruled: SearchOptions =
    effective === null ? {} : await searchOf(toolkit, effective, unusedSymbols);
  const options = { ...ruled.options, ...search.options };
  const verdict = await locateWithProgress(
    toolkit,
    dump,
    { ...ruled, ...search, options },
    io,
    global.quiet,
  );
  return { verdict, effective, unusedSymbols };
}

async function searchOf(
  toolkit: Toolkit,
  { settings, from }: EffectiveSettings,
  unusedSymbols: string[],
): Promise<SearchOptions> {
  const { heuristics, acceptAt, pageLimit, timeLimitInMilliseconds, symbols } = settings;
  const told = claimNaming(settings);
  const naming = namingSettings.find((name) => settings[name] !== undefined);
  const symbolFiles: SymbolTable[] = [];
  for (const path of symbols ?? []) {
    symbolFiles.push(...(await openSymbols(toolkit, path, unusedSymbols)));
  }
  return {
    ...(heuristics === undefined
      ? {}
      : {
          only: [...originHeuristics(toolkit), ...heuristics.map(({ name }) => name)],
          onlyBecause: `${ruleText(from.heuristics, 'heuristics')} leaves it out`,
          options: Object.fromEntries(heuristics.map(({ name, options }) => [name, options])),
        }),
    ...(acceptAt === undefined ? {} : { acceptAt }),
    ...(pageLimit === undefined ? {} : { pageLimit }),
    ...(timeLimitInMilliseconds === undefined ? {} : { timeLimitInMilliseconds }),
    ...(told === undefined || naming === undefined
      ? {}
      : { told, toldBy: ruleText(from[naming], naming) }),
    ...(symbols === undefined ? {} : { symbolFiles }),
  };
}

/** Names the rule that a setting is from, and its line. */
function ruleText(
  placed: PlacedRule | undefined,
  setting: keyof EffectiveSettings['settings'],
): string {
  return placed === undefined
    ? 'a rule'
    : `the rule '${placed.rule.name}' (${placeText(placed.file, [...placed.key, setting])})`;
}

/**
 * A rule's pattern may name files that do not exist for every dump. A file that cannot be used is
 * reported, and the search goes on.
 */
async function openSymbols(
  toolkit: Toolkit,
  path: string,
  unused: string[],
): Promise<SymbolTable[]> {
  try {
    return [await toolkit.openSymbols(await toolkit.openSource(path))];
  } catch (error) {
    if (!isVmcorekitError(error)) {
      throw error;
    }
    const name = shownName(path);
    unused.push(error.message.includes(name) ? error.message : `${name}: ${error.message}`);
    return [];
  }
}
