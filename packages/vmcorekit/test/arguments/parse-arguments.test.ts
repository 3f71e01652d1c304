import { nearestName } from '@vmcorekit/core/nearest-name';
import { expect } from 'chai';
import fc from 'fast-check';
import { flag, names, texts, value } from '../../dist/arguments/option-spec.js';
import { parseArguments } from '../../dist/arguments/parse-arguments.js';
import { UsageError } from '../../dist/arguments/usage-error.js';

const options = {
  all: flag('everything', 'a'),
  json: flag('as JSON'),
  only: names('NAME,...', 'these'),
  symbols: texts('FILE', 'files'),
  limit: value('N', 'a number', Number),
};

describe('arguments', () => {
  it('are read by the table, in any order, with operands between', () => {
    const parsed = parseArguments(
      ['x', '-a', '--only=b,c', '--limit', '-3', 'y', '--symbols', 'f', '--symbols=g', '--', '-z'],
      options,
    );
    expect(parsed).to.deep.equal({
      options: { all: true, json: false, only: ['b', 'c'], symbols: ['f', 'g'], limit: -3 },
      operands: ['x', 'y', '-z'],
    });
  });

  it('may be negative numbers, which are no options', () => {
    // 'there is no option -1' of: vmcorekit print vmcore -1
    const parsed = parseArguments(
      ['x', '-1', '-0x10 + 2', '--limit', '-3', '-a', '--', '-4'],
      options,
    );
    expect(parsed.operands).to.deep.equal(['x', '-1', '-0x10 + 2', '-4']);
    expect(parsed.options).to.deep.include({ limit: -3, all: true });
    expect(() => parseArguments(['-x1'], options)).to.throw('there is no option -x');
    expect(() => parseArguments(['-1'], options, false)).to.throw('there is no option -1');
  });

  it('may begin with a dash where they are values after an equals sign', () => {
    const parsed = parseArguments(['--symbols=-f', '--only=-b'], options);
    expect(parsed.options).to.deep.include({ symbols: ['-f'], only: ['-b'] });
    expect(() => parseArguments(['--symbols', '-f'], options)).to.throw('needs a value');
  });

  it('that are not given read as false, none, or undefined', () => {
    expect(parseArguments([], options).options).to.deep.equal({
      all: false,
      json: false,
      only: undefined,
      symbols: [],
      limit: undefined,
    });
  });

  it('whatever they are, are read or refused with a usage error', () => {
    const argument = fc.oneof(
      fc.string(),
      fc.constantFrom('--all', '--only', '--limit', '--', '-a', '--__proto__', '--constructor=1'),
    );
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
        try {
          parseArguments(args, options);
        } catch (error) {
          expect(error).to.be.instanceOf(UsageError);
        }
      }),
    );
  });
});

describe('the nearest name', () => {
  it('is the one with a letter missing, added, changed or the end cut off', () => {
    const known = ['step-scan', 'cr3-walk', 'idt'];
    for (const [given, meant] of [
      ['stepscan', 'step-scan'],
      ['step-scann', 'step-scan'],
      ['cr3-wolk', 'cr3-walk'],
      ['step', 'step-scan'],
      ['idtt', 'idt'],
    ] as const) {
      expect(nearestName(given, known), given).to.equal(meant);
    }
  });

  it('is none where nothing is near', () => {
    expect(nearestName('banana', ['step-scan', 'idt'])).to.equal(undefined);
    expect(nearestName('x', ['a'])).to.equal(undefined);
  });
});
