import { placedNames } from '@vmcorekit/engine';
import { expect } from 'chai';
import fc from 'fast-check';

function codeOf(name: string): unknown {
  try {
    return placedNames(name);
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

describe('a name with addresses in it', () => {
  it('is a file and its address, as crash has it', () => {
    expect(placedNames('ram.bin@0x80000000')).to.deep.equal([
      { url: 'ram.bin', address: 0x8000_0000, lengthInBytes: undefined },
    ]);
  });

  it('may be several files, with sizes', () => {
    expect(placedNames('a,b@0+3G,a,b@4G,c d@x@0x10+16 KiB'.replace(' KiB', 'K'))).to.deep.equal([
      { url: 'a,b', address: 0, lengthInBytes: 3 * 2 ** 30 },
      { url: 'a,b', address: 4 * 2 ** 30, lengthInBytes: undefined },
      { url: 'c d@x', address: 16, lengthInBytes: 16 * 1024 },
    ]);
  });

  it('is no such name without an address at its end', () => {
    for (const name of ['vmcore', 'user@host', '@0', 'a@0,b', 'a@-1', 'a@0x', '']) {
      expect(codeOf(name), name).to.be.oneOf([undefined, 'usage']);
    }
    expect(placedNames('user@host')).to.equal(undefined);
    expect(placedNames('a@0,b')).to.equal(undefined);
  });

  it('has no address that is hexadecimal to crash and decimal to people', () => {
    expect(codeOf('ram@80000000')).to.equal('usage');
    expect(codeOf('ram@0')).to.be.an('array');
  });

  it('is read or refused in a typed way, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: fc.constantFrom('0', 'x', '1', 'f', 'G', '+', ',', '@', 'a') }),
        (one, other) => {
          expect(codeOf(`${one}@${other}`)).to.satisfy(
            (got: unknown) => got === undefined || got === 'usage' || Array.isArray(got),
          );
        },
      ),
    );
  });

  it('took a comma at the end, and an address below 0, for parts of a name', () => {
    expect(() => placedNames('ram@0,')).to.throw(/got 'nothing after the last comma'/);
    expect(() => placedNames('ram@-1')).to.throw(/the address in ram@-1: got '-1', allowed is/);
  });
});
