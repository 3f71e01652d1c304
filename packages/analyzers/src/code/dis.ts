import {
  type Analyzer,
  type AnalyzerContext,
  type Disassembler,
  defineAnalyzer,
  hex,
  type Instruction,
  type Kernel,
  type KernelMemory,
  type KernelSymbol,
  plural,
  reportRows,
  VmcorekitError,
} from '@vmcorekit/core';
import { memoryOfProcess, type Routine, readCode, routineAt } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { addressOf } from '../objects/address-of.ts';
import { type DisReport, type DisStop, disInstruction, disRoutine } from './dis-report.ts';
import { disColumns, linesOf } from './dis-text.ts';

/** Far beyond any function: padding after the text of Debian's 6.1.0-57 looks like one of 2 MB. */
const maxRoutineInBytes = 0x10_0000;
/** The longest instruction, x86's. */
const longestInBytes = 15;
const symbolAndOffset = /^\s*([A-Za-z_][\w.]*)\s*(?:\+\s*(0x[0-9a-f]+|\d+)\s*)?$/i;

const options = {
  what: { type: 'string', summary: 'a function, or an address in one', default: '' },
  count: {
    type: 'integer',
    summary: 'show this many instructions',
    default: null,
    minimum: 1,
    maximum: 100_000,
  },
  function: { type: 'boolean', summary: 'show the whole function of an address', default: false },
  until: { type: 'boolean', summary: 'show its function up to the address', default: false },
  rest: { type: 'boolean', summary: 'show its function from the address on', default: false },
  hex: { type: 'boolean', summary: 'write offsets in hexadecimal', default: false },
  bytes: { type: 'boolean', summary: 'show the bytes of each instruction', default: false },
  pid: {
    type: 'integer',
    summary: 'show code of this process',
    default: null,
    minimum: 1,
    maximum: 0x7fff_ffff,
  },
} as const;

interface Wanted {
  readonly what: string;
  readonly count: number | null;
  readonly function: boolean;
  readonly until: boolean;
  readonly rest: boolean;
  readonly pid: number | null;
}

/** What is read: instructions from `from` on, up to `to` or `limit` of them. */
interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
  readonly limit: number;
}

/**
 * The machine code of a function or at an address, as the dump has it: patched by static keys,
 * ftrace, kprobes and livepatch. The data is a `DisReport`; null where nothing can be read.
 */
export const dis: Analyzer<DisReport | null, typeof options> = defineAnalyzer({
  name: 'dis',
  summary: 'the instructions of a function, or at an address',
  options,
  needsDisassembler: true,
  run: (context, wanted) =>
    kernelAnswer<DisReport | null>(
      context,
      { head: 'no instructions', rows: reportRows(disColumns, []) },
      function* (kernel, without) {
        const disassembler = disassemblerOf(context);
        if (typeof disassembler === 'string') {
          return without(disassembler);
        }
        const memory =
          wanted.pid === null ? kernel.memory : yield* memoryOfProcess(kernel, wanted.pid);
        if (typeof memory === 'string') {
          return without(memory);
        }
        const found = read(kernel, memory, disassembler, wanted);
        if (typeof found === 'string') {
          return without(found);
        }
        const { data, remarks } = found;
        return {
          text: linesOf(data, { isHex: wanted.hex, hasBytes: wanted.bytes }),
          data,
          rows: reportRows(disColumns, data.instructions),
          sources: { instructions: disassembler.name },
          remarks,
        };
      },
    ),
});

function disassemblerOf({ disassembler, dump }: AnalyzerContext): Disassembler | string {
  return (
    disassembler ??
    `no disassembler here reads the code of ${dump.architecture?.name ?? 'this machine'}; ` +
      "gdb may: 'vmcorekit gdbserver DUMP', then x/20i ADDRESS"
  );
}

function read(
  kernel: Kernel,
  memory: KernelMemory,
  disassembler: Disassembler,
  wanted: Wanted,
): { readonly data: DisReport; readonly remarks: string[] } | string {
  const address = placeOf(kernel, wanted.what);
  const routine = routineAt(kernel, address);
  const stretch = stretchOf(kernel, address, routine, wanted);
  const code = readCode({ memory, root: memory.root }, stretch.from, stretch.to);
  if (code.bytes.length === 0) {
    return code.lost ?? `there is no code at ${hex(address)}`;
  }
  const decode = (bytes: Uint8Array, from: bigint, limit: number): readonly Instruction[] =>
    disassembler.disassemble(
      {
        bytes,
        address: from,
        architecture: kernel.dump.architecture?.name ?? '',
        byteOrder: kernel.memory.byteOrder,
      },
      limit,
    );
  const decoded = decode(code.bytes, stretch.from, stretch.limit);
  const end = stopOf(decoded, stretch, code.lost, wanted);
  const whole =
    end.reason === 'lost' ? withoutCutOff(decoded, stretch.from, code.bytes.length) : decoded;
  const shown = wanted.until ? whole.filter((each) => each.address <= address) : whole;
  return {
    data: {
      routine: routine === undefined ? null : disRoutine(routine),
      instructions: shown.map((each) =>
        disInstruction(kernel, each, routine, { bytes: code.bytes, first: stretch.from }),
      ),
      end,
    },
    remarks: [
      ...namesakes(kernel, wanted.what, address),
      ...(routine === undefined
        ? [`no known function holds ${hex(address)}: these bytes may be no code`]
        : beginsWithin(kernel, decode, routine, address)),
      ...unknownRemark(shown),
    ],
  };
}

/** Functions have no size in expressions of C. Throws as `addressOf` does. */
function placeOf(kernel: Kernel, what: string): bigint {
  const [, name = '', offset = '0'] = symbolAndOffset.exec(what) ?? [];
  const symbol = kernel.symbols.find(name) ?? inModules(kernel, name);
  return symbol === undefined ? addressOf(kernel, what) : symbol.address + BigInt(offset);
}

function inModules({ symbols }: Kernel, wanted: string): KernelSymbol | undefined {
  if (wanted !== '') {
    for (const symbol of symbols) {
      if (symbol.name === wanted) {
        return symbol;
      }
    }
  }
  return undefined;
}

function stretchOf(
  kernel: Kernel,
  address: bigint,
  routine: Routine | undefined,
  { what, count, until, rest, function: isWhole }: Wanted,
): Stretch {
  const chosen = [
    count !== null && '--count',
    until && '--until',
    rest && '--rest',
    isWhole && '--function',
  ].filter((each) => each !== false);
  if (chosen.length > 1) {
    throw new VmcorekitError('usage', {
      what: 'the options of dis',
      got: chosen.join(' and '),
      allowed: 'one of --count, --until, --rest and --function',
    });
  }
  if (routine === undefined && (until || rest || isWhole)) {
    throw new VmcorekitError('usage', {
      what: `${chosen[0]} of dis`,
      got: hex(address),
      allowed: 'an address in a function that is known',
    });
  }
  const endOfMemory = 1n << BigInt(kernel.memory.wordSizeInBits);
  const within = (end: bigint): bigint => (end < endOfMemory ? end : endOfMemory);
  const isNamed = address === routine?.start && !/[^\w.\s]|^\s*\d/.test(what);
  if (routine === undefined || count !== null || !(isNamed || until || rest || isWhole)) {
    const limit = count ?? 1;
    return { from: address, to: within(address + BigInt(limit * longestInBytes)), limit };
  }
  const from = rest ? address : routine.start;
  const most = from + BigInt(maxRoutineInBytes);
  const end = until ? within(address + BigInt(longestInBytes)) : routine.end;
  return { from, to: end < most ? end : most, limit: maxRoutineInBytes };
}

function stopOf(
  decoded: readonly Instruction[],
  { from, to, limit }: Stretch,
  lost: string | null,
  { until, count }: Wanted,
): DisStop {
  if (lost !== null && decoded.length < limit && !until) {
    return { reason: 'lost', detail: lost };
  }
  return to - from === BigInt(maxRoutineInBytes) && count === null
    ? { reason: 'limit', detail: `only ${plural(maxRoutineInBytes, 'byte')} are read` }
    : { reason: 'complete', detail: null };
}

/** Without bytes at the end that may be the start of an instruction whose rest is lost. */
function withoutCutOff(
  decoded: readonly Instruction[],
  from: bigint,
  lengthInBytes: number,
): readonly Instruction[] {
  const edge = from + BigInt(lengthInBytes - longestInBytes);
  const cut = decoded.findIndex(({ mnemonic, address }) => mnemonic === null && address > edge);
  return cut < 0 ? decoded : decoded.slice(0, cut);
}

/** A warning where an address lies within an instruction, counted from its function's start. */
function beginsWithin(
  kernel: Kernel,
  decode: (bytes: Uint8Array, from: bigint, limit: number) => readonly Instruction[],
  { name, start, end }: Routine,
  address: bigint,
): string[] {
  if (address === start || address - start > BigInt(maxRoutineInBytes)) {
    return [];
  }
  const upTo = address + BigInt(longestInBytes);
  const { bytes } = readCode(kernel, start, upTo < end ? upTo : end);
  const before = decode(bytes, start, maxRoutineInBytes);
  const holder = before.find(
    (each) => each.address < address && address < each.address + BigInt(each.lengthInBytes),
  );
  return holder === undefined
    ? []
    : [
        `${hex(address)} lies within the instruction at ${hex(holder.address)}, counted from the ` +
          `start of ${name}: what is read from there may be wrong`,
      ];
}

function namesakes(kernel: Kernel, what: string, address: bigint): string[] {
  const [, name = '', offset = '0'] = symbolAndOffset.exec(what) ?? [];
  const start = address - BigInt(offset);
  const others = [...(kernel.symbols.findAll?.(name) ?? [])]
    .filter((each) => each.address !== start)
    .map((each) => hex(each.address));
  const shown = others.slice(0, 8).join(', ');
  return others.length === 0
    ? []
    : [
        `${plural(others.length, 'other symbol')} called ${name}: ${shown}` +
          (others.length > 8 ? ', …' : ''),
      ];
}

function unknownRemark(shown: readonly Instruction[]): string[] {
  const unknown = shown.filter(({ mnemonic }) => mnemonic === null);
  const [first] = unknown;
  // Where the code says how long it is, a disassembler takes that.
  const isLengthKnown = unknown.every(({ lengthInBytes }) => lengthInBytes > 1);
  return first === undefined
    ? []
    : [
        `${plural(unknown.length, 'place')} without a known instruction, from ` +
          `${hex(first.address)} on${isLengthKnown ? '' : ': what follows may be read wrongly'}`,
      ];
}
