import { expect } from 'chai';
import type { ColorChoice } from '../../dist/global-options.js';
import { columnsOf, createStyle, isColoured, tableStyle } from '../../dist/terminal/style.js';

type Env = Readonly<Record<string, string>>;

function stream(isTTY: boolean, columns?: number) {
  return { isTTY, ...(columns === undefined ? {} : { columns }), write: () => true };
}

describe('the width of a stream', () => {
  // script, docker run -t and CI runners make a pty of 0 columns: everything was wrapped at 40.
  for (const [isTTY, columns, COLUMNS, width] of [
    [true, 120, '90', 120],
    [true, 0, '90', 90],
    [true, 0, '', 80],
    [true, undefined, '0', 80],
    [true, 0, 'wide', 80],
    [true, 20, '', 20],
    [false, undefined, '', 100],
    [false, undefined, '132', 132],
    [false, undefined, '0', 100],
  ] as const) {
    const what = `${isTTY ? 'a terminal' : 'a pipe'} of ${columns ?? 'unknown'} columns`;
    it(`is ${width} in ${what} with COLUMNS='${COLUMNS}'`, () => {
      expect(columnsOf(stream(isTTY, columns), { COLUMNS })).to.equal(width);
    });
  }
});

describe('the width of tables of a kernel', () => {
  // `sym -l | grep init_task` found a name without its address.
  for (const [what, out, env, width] of [
    ['a pipe', stream(false), {}, Number.POSITIVE_INFINITY],
    ['a pipe where COLUMNS is set', stream(false), { COLUMNS: '90' }, 90],
    ['a terminal', stream(true, 80), {}, 80],
    ['a stream that says its width', stream(false, 100), {}, 100],
  ] as const) {
    it(`is ${width} in ${what}`, () => {
      const io = { stdout: out, env };
      const style = createStyle(io, { color: 'never', 'no-color': false });
      expect(tableStyle(io, style).width).to.equal(width);
    });
  }
});

describe('the style of reports', () => {
  it('is at least 40 columns wide', () => {
    const asked = { color: 'never', 'no-color': false } as const;
    expect(createStyle({ stdout: stream(true, 20), env: {} }, asked).width).to.equal(40);
    expect(createStyle({ stdout: stream(true, 41), env: {} }, asked).width).to.equal(41);
  });
});

describe('colour', () => {
  const rows: readonly (readonly [string, boolean, ColorChoice, boolean, Env, boolean])[] = [
    ['on a terminal', true, 'auto', false, {}, true],
    ['in a pipe', false, 'auto', false, {}, false],
    ['in a pipe with --color=always', false, 'always', false, { NO_COLOR: '1' }, true],
    ['with --color=never', true, 'never', false, { FORCE_COLOR: '1' }, false],
    ['with --no-color', true, 'always', true, { FORCE_COLOR: '1' }, false],
    ['with NO_COLOR', true, 'auto', false, { NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR', true, 'auto', false, { NO_COLOR: '' }, true],
    ['in a pipe with FORCE_COLOR', false, 'auto', false, { FORCE_COLOR: '1' }, true],
    ['with FORCE_COLOR=0', true, 'auto', false, { FORCE_COLOR: '0' }, false],
    ['with an empty FORCE_COLOR', false, 'auto', false, { FORCE_COLOR: '' }, false],
    ['with both', false, 'auto', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['on a dumb terminal', true, 'auto', false, { TERM: 'dumb' }, false],
    ['on a dumb one, forced', true, 'auto', false, { TERM: 'dumb', FORCE_COLOR: '1' }, true],
  ];
  for (const [where, isTTY, color, noColor, env, isUsed] of rows) {
    it(`is ${isUsed ? 'used' : 'not used'} ${where}`, () => {
      const asked = { color, 'no-color': noColor };
      expect(isColoured({ stdout: stream(isTTY, 80), env }, asked)).to.equal(isUsed);
    });
  }
});
