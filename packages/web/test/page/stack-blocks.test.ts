import { expect } from 'chai';
import { blocksWith, stackBlocks } from '../../dist/page/stacks/blocks.js';

const printed = [
  'PID: 1  TASK: ffff888000001000  CPU: 0  STATE: R  COMMAND: "init"',
  ' #0 [ffffc90000013b80] delay_tsc+0x37/0xa0 at ffffffffad46ce97',
  '    --- irq stack ---',
  ' #1 [ffffc90000013b88] ? vpanic+0x278/0x283 at ffffffffad477ed8',
  '#10 [ffffc90000013b90] ? – at ffffffffad477ed9',
  '    incomplete: no frame follows',
  '',
  '2 tasks: 7 8',
  ' #0 ? schedule+0x27/0xc0 at ffffffffad4c5547',
].join('\n');

describe('the blocks of stacks', () => {
  it('are those between empty lines, each with its head', () => {
    expect(stackBlocks(printed).map(({ head }) => head.slice(0, 7))).to.deep.equal([
      'PID: 1 ',
      '2 tasks',
    ]);
  });

  it('mark the frames that nothing proves', () => {
    const kinds = stackBlocks(printed).map(({ lines }) => lines.map(({ kind }) => kind));
    expect(kinds).to.deep.equal([['frame', 'note', 'guess', 'guess', 'note'], ['guess']]);
  });

  it('are found by a function, a pid and by several words', () => {
    const found = (filter: string): number => blocksWith(stackBlocks(printed), filter).length;
    expect(found('SCHEDULE')).to.equal(1);
    expect(found('tasks: schedule')).to.equal(1);
    expect(found('vpanic schedule')).to.equal(0);
    expect(found('')).to.equal(2);
  });
});
