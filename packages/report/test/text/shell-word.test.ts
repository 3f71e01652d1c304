import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { shellWord } from '../../dist/text/shell-word.js';

describe('a shell word', () => {
  it('leaves an ordinary path as it is', () => {
    expect(shellWord('/var/crash/127.0.0.1-2026-11-23/vmcore')).to.equal(
      '/var/crash/127.0.0.1-2026-11-23/vmcore',
    );
  });

  it('does not become an option', () => {
    expect(shellWord('--rm')).to.equal('./--rm');
  });

  it('is read by bash as the very name, whatever it holds, and prints as ASCII', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((text) => !text.includes('\0') && !text.startsWith('-'));
    const samples = [
      ...fc.sample(name, 200),
      "it's",
      '$(reboot)',
      'a b',
      '\x1b[2J',
      '\n',
      '\\',
      '`x`',
      'ünï',
    ];
    const words = samples.map(shellWord);
    expect(words.filter((word) => !/^[\x20-\x7e]+$/.test(word))).to.deep.equal([]);
    const output = execFileSync(
      'bash',
      ['-c', `LC_ALL=C.UTF-8; printf '%s\\0' ${words.join(' ')}`],
      { encoding: 'utf8' },
    );
    expect(output.split('\0').slice(0, -1)).to.deep.equal(samples);
  });
});
