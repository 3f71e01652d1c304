import {
  isVmcorekitError,
  type KernelClaim,
  type OptionValue,
  parseAddress,
  parseDuration,
  parsePhysicalAddress,
  parseSize,
  resolveOptions,
  type SymbolTable,
} from '@vmcorekit/core';
import type { SearchOptions, Toolkit } from '@vmcorekit/engine';
import { interruptingGuard } from '@vmcorekit/node';
import {
  flag,
  names,
  type OptionSpec,
  type OptionValues,
  texts,
  value,
} from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { claimNaming } from './named-place.ts';

/** The options of every command that finds the kernel. */
export const locateOptionTable: {
  readonly all: OptionSpec<boolean>;
  readonly only: OptionSpec<readonly string[] | undefined>;
  readonly skip: OptionSpec<readonly string[] | undefined>;
  readonly symbols: OptionSpec<readonly string[]>;
  readonly option: OptionSpec<readonly string[]>;
  readonly 'phys-base': OptionSpec<number | undefined>;
  readonly 'kaslr-offset': OptionSpec<number | undefined>;
  readonly 'image-offset': OptionSpec<bigint | undefined>;
  readonly 'text-at': OptionSpec<number | undefined>;
  readonly 'page-limit': OptionSpec<number | undefined>;
  readonly 'time-limit': OptionSpec<number | undefined>;
} = {
  all: flag('run every heuristic, even if already certain', 'a'),
  only: names('NAME,...', 'run only these heuristics', { completes: 'heuristic' }),
  skip: names('NAME,...', 'do not run these heuristics', { completes: 'heuristic' }),
  symbols: texts(
    'FILE',
    'use a System.map, vmlinux, vmlinuz or ISF of the kernel in the dump; others are refused',
    { completes: 'file' },
  ),
  option: texts('HEURISTIC.NAME=VALUE', 'set an option of a heuristic, like step-scan.to=32MiB'),
  'phys-base': value(
    'OFFSET',
    'choose the kernel with this phys_base, like -0x25600000; it is verified',
    parseSize,
  ),
  'kaslr-offset': value(
    'OFFSET',
    'choose it by its KASLR offset too; requires --phys-base',
    parseSize,
  ),
  'image-offset': value(
    'OFFSET',
    'choose the kernel with this image offset (kimage_voffset of arm64); it is verified',
    parseAddress,
  ),
  'text-at': value(
    'ADDRESS',
    'choose the kernel whose text lies there, of i386, loongarch64 or ppc64; it is verified',
    parsePhysicalAddress,
  ),
  'page-limit': value(
    'COUNT',
    'let a search read at most this many pages (default 16777216)',
    parsePageLimit,
  ),
  'time-limit': value(
    'TIME',
    'end a search after this time, like 5 s or 2 min (default 10 min)',
    parseDuration,
  ),
};

/**
 * Turns options into what the search takes, and checks every name and value against the registered
 * heuristics before any dump is opened. Throws `UsageError`, `unknown-name` or `usage`.
 */
export async function locateOptionsOf(
  toolkit: Toolkit,
  given: OptionValues<typeof locateOptionTable>,
): Promise<SearchOptions> {
  for (const name of [...(given.only ?? []), ...(given.skip ?? [])]) {
    toolkit.registry.named('heuristics', name);
  }
  const told = claimGiven(given);
  const symbolFiles: SymbolTable[] = [];
  for (const path of given.symbols) {
    symbolFiles.push(await openSymbols(toolkit, path));
  }
  return {
    guard: interruptingGuard,
    all: given.all,
    ...(given.only === undefined ? {} : { only: given.only }),
    ...(given.skip === undefined ? {} : { skip: given.skip }),
    options: heuristicOptions(toolkit, given.option),
    ...(symbolFiles.length === 0 ? {} : { symbolFiles }),
    ...(told === undefined ? {} : { told, toldBy: 'the user' }),
    ...(given['page-limit'] === undefined ? {} : { pageLimit: given['page-limit'] }),
    ...(given['time-limit'] === undefined ? {} : { timeLimitInMilliseconds: given['time-limit'] }),
  };
}

/** The numbers that name a kernel, each on its own machines. */
const namingOptions = ['phys-base', 'image-offset', 'text-at'] as const;

function claimGiven(given: OptionValues<typeof locateOptionTable>): KernelClaim | undefined {
  const [first, second] = namingOptions.filter((name) => given[name] !== undefined);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `--${second} cannot be used with --${first}: one of them names a kernel, by its machine`,
    );
  }
  const { 'phys-base': physBase, 'kaslr-offset': kaslrOffset } = given;
  if (kaslrOffset !== undefined && physBase === undefined) {
    throw new UsageError(
      '--kaslr-offset requires --phys-base: only both together say where a kernel lies',
    );
  }
  return claimNaming({
    physBase,
    kaslrOffset,
    imageOffset: given['image-offset'],
    textAt: given['text-at'],
  });
}

function parsePageLimit(text: string, option: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) {
    throw new UsageError(`${option}: got '${text}', wanted a number of pages, like 1000000`);
  }
  return Number(text);
}

function heuristicOptions(
  toolkit: Toolkit,
  settings: readonly string[],
): Record<string, Record<string, OptionValue>> {
  const options: Record<string, Record<string, OptionValue>> = {};
  for (const setting of settings) {
    const [, heuristic, name, text] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (heuristic === undefined || name === undefined || text === undefined) {
      throw new UsageError(
        `--option: got '${setting}', wanted HEURISTIC.NAME=VALUE, like step-scan.to=32MiB`,
      );
    }
    const { options: specs } = toolkit.registry.named('heuristics', heuristic);
    resolveOptions(heuristic, specs, { [name]: text });
    options[heuristic] = { ...options[heuristic], [name]: text };
  }
  return options;
}

async function openSymbols(toolkit: Toolkit, path: string): Promise<SymbolTable> {
  try {
    return await toolkit.openSymbols(await toolkit.openSource(path));
  } catch (error) {
    if (isVmcorekitError(error)) {
      throw new UsageError(`--symbols: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
