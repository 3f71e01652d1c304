import { LineError, readLine } from '@vmcorekit/shell';
import { expect } from 'chai';

const kindOf = (line: string) =>
  readLine(line, (word) => ['ps', 'log', 'read', 'crash-summary', '*'].includes(word)).kind;

describe('readLine', () => {
  for (const line of [
    'ps',
    'ps -u',
    ' ps | wc',
    'ps>out',
    'crash-summary',
    'read 0 16',
    'log (1)',
    '*task_struct',
    '* task_struct.pid ffff888000001000',
  ]) {
    it(`takes a line for a command: ${line}`, () => {
      expect(kindOf(line)).to.equal('command');
    });
  }

  it('splits a * off the name after it, as crash does', () => {
    for (const line of ['*page 0', '* page 0', '*  page 0']) {
      expect(readLine(line, (word) => word === '*')).to.deep.include({ words: ['*', 'page', '0'] });
    }
  });

  for (const line of [
    'log = 3',
    'log=3',
    'log == 3',
    'read(0n, 16)',
    'log.level',
    'ps;',
    'psx',
    '1 + 1',
    'for (;;) {\nps\n}',
    '!flag',
    '!(1)',
    'ps\nlog',
  ]) {
    it(`takes a line for JavaScript: ${JSON.stringify(line)}`, () => {
      expect(kindOf(line)).to.equal(line === '!flag' ? 'system' : 'javascript');
    });
  }

  it('leaves at exit, quit and q', () => {
    expect(['exit', 'quit', ' q '].map(kindOf)).to.deep.equal(['leave', 'leave', 'leave']);
  });

  it('skips empty lines and comments', () => {
    expect(['', '  ', '# ps'].map(kindOf)).to.deep.equal(['nothing', 'nothing', 'nothing']);
  });

  it("gives a line after ! to the system's shell", () => {
    expect(readLine('!ls -l', () => false)).to.deep.equal({ kind: 'system', command: 'ls -l' });
  });

  it('refuses a command whose quote has no end', () => {
    expect(() => kindOf('ps "x')).to.throw(LineError);
  });

  it('says that a command is missing before a sign, in place of a SyntaxError', () => {
    expect(() => kindOf('| ls')).to.throw(LineError, 'a command is missing before |');
    expect(() => kindOf('> out')).to.throw(LineError, 'a command is missing before >');
  });

  it('says that a format after / is of gdb', () => {
    expect(() => kindOf('log/x 10')).to.throw(LineError, 'does not take: log -x …');
    expect(() => kindOf('read/20i schedule')).to.throw(LineError, 'does not take: help read');
    for (const line of ['log/x', 'log/x (10)', 'log/x in y', 'other/x 10']) {
      expect(kindOf(line), line).to.equal('javascript');
    }
  });
});
