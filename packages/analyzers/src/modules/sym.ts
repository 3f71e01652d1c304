import {
  type Analyzer,
  defineAnalyzer,
  type Kernel,
  type KernelSymbol,
  type Progress,
  printable,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { nearestName } from '@vmcorekit/core/nearest-name';
import { allSymbols, symbolsNamed } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { wordsOf } from '../tasks/task-selection.ts';
import { symColumns } from './sym-columns.ts';
import { noSymbolAt, type SymReport, type SymSymbol, symSymbol } from './sym-report.ts';

const options = {
  symbols: {
    type: 'string',
    summary: 'names, MODULE:NAME and addresses, with spaces between',
    default: null,
  },
  match: {
    type: 'string',
    summary: 'every symbol whose name contains the text',
    default: null,
  },
  module: {
    type: 'string',
    summary: 'every symbol of this module, or of all for *',
    default: null,
  },
} as const;

const symbolsPerStep = 4096;
/** `schedule+0x10`, as stacks are written. */
const withOffset = /^(.+)\+(0x[\da-f]{1,16}|\d{1,19})$/i;
/** crash's users leave `0x` out of addresses of the kernel, which have 8 or 16 digits. */
const isAddress = /^(?:0x[\da-f]{1,16}|[89a-f][\da-f]{7}|[89a-f][\da-f]{15})$/i;

/**
 * Symbols by name or by address, of the kernel and its modules, as crash's `sym` shows them. The
 * data is `{ symbols }`; null where none was found.
 */
export const sym: Analyzer<SymReport | null, typeof options> = defineAnalyzer({
  name: 'sym',
  summary: 'symbols of the kernel and its modules, by name or address',
  options,
  run: (context, { symbols, match, module }) =>
    kernelAnswer(
      context,
      { head: 'no symbols', rows: reportRows(symColumns, []) },
      function* (kernel, without) {
        const asked = wordsOf(symbols);
        if (asked.length === 0 && match === null && module === null) {
          return without(['neither a name nor an address was asked for']);
        }
        let found: SymSymbol[] = [];
        const missing: string[] = [];
        for (const each of asked) {
          yield { kind: 'progress', doing: `finding ${printable(each)}`, fraction: null };
          const some = symbolsOf(kernel, each);
          found.push(...some);
          if (some.every(({ name }) => name === null)) {
            missing.push(
              isAddress.test(each)
                ? `no symbol holds ${each}`
                : `no symbol of the kernel or its modules is called ${printable(each)}${advice(kernel, each)}`,
            );
          }
        }
        if (module !== null) {
          const ofModule = yield* those(kernel, module, (symbol) => isOf(symbol, module));
          found = found.concat(ofModule);
          if (ofModule.length === 0) {
            missing.push(`no symbol is of the module ${printable(module)}`);
          }
        }
        if (match !== null) {
          const matching = yield* those(kernel, match, ({ name }) => name.includes(match));
          // All symbols of a kernel are too many to be arguments.
          found = found.concat(matching);
          if (matching.length === 0) {
            missing.push(`no symbol's name contains ${printable(match)}`);
          }
        }
        if (found.every(({ name }) => name === null)) {
          return without(missing);
        }
        return {
          text: [reportTable(symColumns, found)],
          data: { symbols: found },
          rows: reportRows(symColumns, found),
          sources: { symbols: kernel.symbols.from },
          remarks: missing,
        };
      },
    ),
});

/** What an address, a name, or a name with an offset stands for. */
function symbolsOf(kernel: Kernel, asked: string): SymSymbol[] {
  if (isAddress.test(asked)) {
    return atAddress(kernel, asked, BigInt(asked.startsWith('0x') ? asked : `0x${asked}`));
  }
  const [, name, offset] = withOffset.exec(asked) ?? [];
  return name === undefined || offset === undefined
    ? named(kernel, asked)
    : named(kernel, name).flatMap(({ address }) =>
        atAddress(kernel, asked, BigInt(address) + BigInt(offset)),
      );
}

function advice({ symbols }: Kernel, asked: string): string {
  if (!/^[\w.:$]*$/.test(asked)) {
    return '; whatis takes expressions';
  }
  const near = nearestName(
    asked,
    Array.from(symbols, ({ name }) => name),
  );
  return near === undefined ? '' : `; did you mean ${printable(near)}?`;
}

function atAddress(kernel: Kernel, asked: string, address: bigint): SymSymbol[] {
  const symbol = kernel.symbols.at(address);
  return [symbol === undefined ? noSymbolAt(asked, address) : symSymbol(asked, symbol, address)];
}

/** `ext4:ext4_iget` is the symbol of that module. */
function named(kernel: Kernel, asked: string): SymSymbol[] {
  const [module, name = ''] = asked.includes(':') ? asked.split(':', 2) : [undefined, asked];
  return Array.from(symbolsNamed(kernel, name, module), (symbol) => symSymbol(asked, symbol));
}

function isOf({ module }: KernelSymbol, wanted: string): boolean {
  return wanted === '*' ? module !== null : module === wanted;
}

function* those(
  kernel: Kernel,
  asked: string,
  isWanted: (symbol: KernelSymbol) => boolean,
): Generator<Progress, SymSymbol[], void> {
  const found: SymSymbol[] = [];
  let count = 0;
  for (const symbol of allSymbols(kernel)) {
    if (isWanted(symbol)) {
      found.push(symSymbol(asked, symbol));
    }
    if (++count % symbolsPerStep === 0) {
      yield { kind: 'progress', doing: `comparing names: ${count}`, fraction: null };
    }
  }
  return found;
}
