import type { Progress } from '@vmcorekit/core';
import { expect } from 'chai';
import { ProgressLine } from '../../dist/terminal/progress-line.js';

const eraseLine = '\r\x1b[K';
const searching: Progress = { kind: 'progress', doing: 'searching', fraction: 0.256 };

/** A terminal of 40 columns, and a clock that the test turns. */
function terminal(
  more: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly env?: Record<string, string>;
  } = {},
) {
  const written: string[] = [];
  const abortion = new AbortController();
  const clock = { now: 0 };
  const stream = {
    isTTY: more.isTTY ?? true,
    columns: more.columns ?? 40,
    write: (chunk: string | Uint8Array) => written.push(String(chunk)),
  };
  const io = {
    stdout: stream,
    stderr: stream,
    env: more.env ?? {},
    folder: '/',
    signal: abortion.signal,
  };
  return { io, written, abortion, clock, now: () => clock.now };
}

describe('the progress line', () => {
  it('shows nothing for half a second, then at most ten lines a second, and tidies up', () => {
    const { io, written, clock, now } = terminal();
    const line = new ProgressLine(io, false, null, now);
    for (clock.now = 0; clock.now <= 700; clock.now += 20) {
      line.show(searching, 'vmcore');
    }
    expect(written).to.deep.equal(
      Array.from({ length: 3 }, () => `${eraseLine}vmcore: searching 25 % [===           ]`),
    );
    line[Symbol.dispose]();
    expect(written.at(-1)).to.equal(eraseLine);
  });

  it('keeps to the width of the terminal, and escapes what is in a name', () => {
    const { io, written, clock, now } = terminal();
    const line = new ProgressLine(io, false, null, now);
    clock.now = 600;
    line.show({ ...searching, fraction: null }, `\x1b[2J${'long '.repeat(20)}`);
    expect(written[0]?.slice(0, 20)).to.equal(`${eraseLine}\\x1b[2Jlong long`);
    expect(written[0]).to.have.lengthOf(eraseLine.length + 39);
  });

  // It was cut to one character.
  it('takes 80 columns where a terminal reports 0', () => {
    const { io, written, clock, now } = terminal({ columns: 0 });
    const line = new ProgressLine(io, false, null, now);
    clock.now = 600;
    line.show({ ...searching, fraction: null }, 'long '.repeat(20));
    expect(written[0]).to.have.lengthOf(eraseLine.length + 79);
  });

  it('tidies up on Ctrl-C', () => {
    const { io, written, clock, now, abortion } = terminal();
    const line = new ProgressLine(io, false, null, now);
    clock.now = 600;
    line.show(searching, 'vmcore');
    abortion.abort();
    expect(written).to.deep.equal([
      `${eraseLine}vmcore: searching 25 % [===           ]`,
      eraseLine,
    ]);
  });

  it('shows nothing where stderr is no terminal, or a dumb one, or --quiet is given', () => {
    for (const [world, quiet] of [
      [terminal({ isTTY: false }), false],
      [terminal({ env: { TERM: 'dumb' } }), false],
      [terminal(), true],
    ] as const) {
      const line = new ProgressLine(world.io, quiet, null, world.now);
      world.clock.now = 600;
      line.show(searching, 'vmcore');
      line[Symbol.dispose]();
      expect(world.written).to.deep.equal([]);
    }
  });
});
