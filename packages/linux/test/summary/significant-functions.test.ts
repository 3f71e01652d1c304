import { expect } from 'chai';
import fc from 'fast-check';
import { significantFunctions } from '../../dist/summary/significant-functions.js';
import { framesOf } from './frames-of.ts';

const functions = (...names: readonly string[]) =>
  significantFunctions(framesOf(...names), true).functions;

describe('significantFunctions', () => {
  it('is the same for two builds of one bug', () => {
    const one = functions('foo.cold', 'bar.isra.0', 'do_syscall_64', 'user');
    const other = functions('foo', 'bar', 'x64_sys_call', 'do_syscall_64', 'user');
    expect(one).to.deep.equal(['foo', 'bar']).and.deep.equal(other);
  });

  it('does not depend on what one compiler put into the caller', () => {
    const one = functions('__crashes', 'crashes', 'vfs_write', 'ksys_write', '__x64_sys_write');
    const other = functions('crashes', 'new_sync_write', 'vfs_write', '__x64_sys_write');
    expect(one).to.deep.equal(['crashes', 'sys_write']).and.deep.equal(other);
  });

  it('gives a system call one name on every machine', () => {
    for (const name of ['__x64_sys_mount', '__arm64_sys_mount', '__se_sys_mount', 'ksys_mount']) {
      expect(functions('crashes', name)).to.deep.equal(['crashes', 'sys_mount']);
    }
  });

  it('keeps the module of a function', () => {
    expect(functions('write_null.isra.0 [broken]', 'do_one_initcall', 'user')).to.deep.equal([
      'write_null [broken]',
    ]);
  });

  it('always has the first, which is at fault, though it is one that many go through', () => {
    expect(functions('vfs_write', 'vfs_write', 'sys_write')).to.deep.equal([
      ...['vfs_write', 'sys_write'],
    ]);
  });

  it('ends at what an interrupt interrupted, and at five', () => {
    expect(functions('handler', 'asm_common_interrupt', '~victim')).to.deep.equal(['handler']);
    expect(functions('~faulted', 'caller')).to.deep.equal(['faulted', 'caller']);
    expect(functions('a', 'b', 'c', 'd', 'e', 'f')).to.have.length(5);
  });

  it('is whole where no frame that counts is lost', () => {
    const isWhole = (isComplete: boolean, ...names: readonly string[]) =>
      significantFunctions(framesOf(...names), isComplete).isWhole;
    expect(isWhole(false, 'a', 'b', 'c', 'd', 'e', '?f')).to.equal(true);
    expect(isWhole(false, 'a', 'b', 'user')).to.equal(true);
    expect(isWhole(true, 'a', 'b')).to.equal(true);
    expect(isWhole(false, 'a', 'b'), 'cut off').to.equal(false);
    expect(isWhole(true, 'a', '?b', 'user'), 'a guess').to.equal(false);
    const unnamed = [...framesOf('a'), { ...framesOf('b')[0], symbol: null }];
    expect(significantFunctions(unnamed as never, true).isWhole, 'no name').to.equal(false);
  });

  it('is bounded, and obeys no text out of the dump', () => {
    const frame = fc.record({
      symbol: fc.option(fc.string({ unit: 'binary', maxLength: 300 })),
      kind: fc.constantFrom('return', 'interrupted', 'user', 'running'),
      isGuess: fc.boolean(),
      module: fc.option(fc.string({ unit: 'binary' })),
    });
    fc.assert(
      fc.property(fc.array(frame), fc.boolean(), (frames, isComplete) => {
        const found = significantFunctions(frames, isComplete);
        expect(found.functions.length).to.be.at.most(5);
        for (const name of found.functions) {
          expect(name).to.match(/^[\x20-\x7e]{0,128}$/);
        }
      }),
    );
  });
});
