import { isVmcorekitError } from '@vmcorekit/core';
import { containerOf, offsetOf, perKernel, WalkNotes } from '@vmcorekit/linux';
import { expect } from 'chai';
import { typesOf } from './heap.ts';

const types = typesOf({ task: { size: 64, members: { tasks: [24, { pointers: 2 }] } } });

describe('the structure around a node', () => {
  it('begins before it by the offset of the member', () => {
    expect(offsetOf({ types }, 'task', 'tasks')).to.equal(24n);
    expect(containerOf({ types }, 'task', 'tasks', 0xffff888000000118n)).to.equal(
      0xffff888000000100n,
    );
    expect(containerOf({ types }, 'task', 'tasks', 8n)).to.equal(0xfffffffffffffff0n);
  });

  it('is an error where the types do not have it', () => {
    for (const [struct, member, name] of [
      ['task', 'none', 'none'],
      ['none', 'tasks', 'none'],
    ] as const) {
      try {
        containerOf({ types }, struct, member, 8n);
        expect.fail('nothing was thrown');
      } catch (error) {
        expect(isVmcorekitError(error, 'unknown-name') && error.facts.name).to.equal(name);
      }
    }
  });
});

describe('what is derived once for each kernel', () => {
  it('is made at the first call, for each object', () => {
    const seen: object[] = [];
    const of = perKernel((kernel: object) => seen.push(kernel));
    const [one, other] = [{}, {}];
    expect([of(one), of(one), of(other), of(one)]).to.deep.equal([1, 1, 2, 1]);
  });

  it('is tried again where making it failed', () => {
    let calls = 0;
    const of = perKernel((kernel: object) => {
      calls++;
      if (calls === 1) {
        throw new Error('not yet');
      }
      return kernel;
    });
    const kernel = {};
    expect(() => of(kernel)).to.throw('not yet');
    expect(of(kernel)).to.equal(kernel);
  });
});

describe('the notes of walks', () => {
  it('keep the first places, count the rest, and are safe to print', () => {
    const notes = new WalkNotes();
    for (let at = 0n; at < 70n; at++) {
      notes.add({ container: 'a \u001b[31mlist', at, because: 'it is torn' });
    }
    expect(notes.all).to.have.length(64);
    expect(notes.omitted).to.equal(6);
    const remarks = notes.remarks();
    expect(remarks).to.have.length(65);
    expect(remarks[1]).to.equal('a \\x1b[31mlist: at 0x1, it is torn');
    expect(remarks.at(-1)).to.equal('6 more places of damage left out');
  });
});
