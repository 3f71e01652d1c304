/**
 * A line of the kernel's own `Call Trace`; also a `RIP:` within it, where an interrupt came.
 */
export interface PanicFrame {
  readonly symbol: string;
  /** From the symbol's start, in bytes. */
  readonly offset: number;
  readonly module: string | null;
  /** The stack that the line is on: `NMI`, `IRQ`, `SOFTIRQ`, `#DF` … or `TASK`. */
  readonly stack: string;
  /** The kernel prints a `?` where an address lies on the stack that the unwinder did not use. */
  readonly reliable: boolean;
}

/** A panic in the kernel's own words. */
export interface PanicTruth {
  /** What follows `Kernel panic - not syncing: `. */
  readonly reason: string;
  readonly cpu: number;
  readonly pid: number;
  readonly comm: string;
  readonly frames: readonly PanicFrame[];
  /** The console's lines from the panic on, without their times. */
  readonly lines: readonly string[];
}

const panicMark = 'Kernel panic - not syncing: ';
/** riscv64 prints the address first, `[<ffffffff80005a3c>]`. */
const framePattern =
  /^\s*(?:\[<[0-9a-f]+>\] )?(\? )?([A-Za-z_][\w.]*)\+0x([0-9a-f]+)\/0x[0-9a-f]+(?: \[(\w+)(?: [0-9a-f]+)?\])?$/;

/**
 * Reads the first panic from a console's text.
 * @param kernelLog the same panic in the kernel's log: the serial line repeats a character now and
 * then, which makes a line longer than its twin there. A log with another number of lines counts
 * alone.
 * @returns undefined when there is none.
 */
export function parsePanic(consoleText: string, kernelLog = ''): PanicTruth | undefined {
  const first = linesOfPanic(consoleText);
  const second = linesOfPanic(kernelLog);
  const lines =
    second.length > 0 && first.length !== second.length
      ? second
      : first.map((line, index) => shorter(line, second[index]));
  if (lines.length === 0) {
    return undefined;
  }
  const who = lines
    .map((line) =>
      /^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (.*?) (?:Not tainted|Tainted:)/.exec(line),
    )
    .find((match) => match !== null);
  return {
    reason: (lines[0] ?? '').slice(panicMark.length),
    cpu: Number(who?.[1] ?? Number.NaN),
    pid: Number(who?.[2] ?? Number.NaN),
    comm: who?.[3] ?? '',
    frames: parseFrames(lines.slice(lines.findIndex((line) => /^Call [Tt]race:/.test(line)) + 1)),
    lines,
  };
}

function linesOfPanic(consoleText: string): readonly string[] {
  const all = consoleText.split(/[\r\n]+/).map((line) => line.replace(/^\[\s*\d+\.\d+\] ?/, ''));
  const start = all.findIndex((line) => line.startsWith(panicMark));
  const end = all.findIndex((line) => line.includes('end Kernel panic'));
  return start < 0 ? [] : all.slice(start, end < 0 ? undefined : end + 1);
}

function shorter(line: string, twin: string | undefined): string {
  return twin !== undefined && twin.length < line.length ? twin : line;
}

function parseFrames(lines: readonly string[]): readonly PanicFrame[] {
  const frames: PanicFrame[] = [];
  let stack = 'TASK';
  for (const line of lines) {
    const mark = /^ <(\/?)([#\w]+)>$/.exec(line);
    if (mark !== null) {
      stack = mark[1] === '' ? (mark[2] ?? '') : 'TASK';
      continue;
    }
    const match = framePattern.exec(line.replace(/^RIP: 0010:/, ' '));
    if (match !== null) {
      frames.push({
        symbol: match[2] ?? '',
        offset: Number.parseInt(match[3] ?? '', 16),
        module: match[4] ?? null,
        stack,
        reliable: match[1] === undefined,
      });
    } else if (/^(Kernel Offset|---\[)/.test(line)) {
      break;
    }
  }
  return frames;
}
