import { isVmcorekitError, type KernelObject, VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { initTask, smallKernel } from './small-kernel.ts';

function task(): KernelObject {
  return smallKernel().object('struct task_struct', initTask);
}

function codeAndText(look: () => unknown): string {
  try {
    look();
  } catch (error) {
    return isVmcorekitError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return 'no error';
}

describe('an object of a kernel', () => {
  it('reads integers with their sign, bit-fields, enumerations and text', () => {
    expect(task().at('pid').number()).to.equal(-7);
    expect(task().at('pid').bits()).to.equal(0xffff_fff9n);
    expect(task().at('on').bits()).to.equal(6n);
    expect(task().at('on').bigint()).to.equal(-2n);
    expect(task().at('color').enumName()).to.equal('GREEN');
    expect(task().at('comm').text()).to.equal('init');
    expect(task().at('title').text()).to.equal('init');
    expect(task().at('comm').text(2)).to.equal('in');
    expect(task().at('word').bigint()).to.equal(0xffff_ffff_ffff_fffen);
    expect(task().at('half').number()).to.equal(-2);
  });

  it('follows paths through members, elements and pointers', () => {
    expect(task().at('tasks.next').pointer()).to.equal(initTask + 40n);
    expect(task().at('tasks.next->prev').address).to.equal(initTask + 48n);
    expect(task().at('mm->users').number()).to.equal(2);
    expect(task().at('mm').dereference().at('pgd').bigint()).to.equal(0x1000n);
    expect(task().at('ages[2]').number()).to.equal(-5);
    expect(task().at('mm[0].pgd').bigint()).to.equal(0x1000n);
    expect(Array.from(task().at('ages'), (age) => age.number())).to.deep.equal([3, 4, -5]);
  });

  it('names what it is, and its type as C writes it', () => {
    const { name, type, sizeInBytes } = task().at('mm->pgd');
    expect(name).to.equal(`(struct task_struct) at 0x${initTask.toString(16)}.mm->pgd`);
    expect([type.text, sizeInBytes]).to.deep.equal(['long unsigned int', 8]);
    expect(task().at('mm').dereference().type.text).to.equal('struct mm_struct');
    expect(task().at('ages[0]').type.text).to.equal('int');
  });

  it('is cast, and leads to the structure that holds it', () => {
    expect(task().at('comm').cast('unsigned int').bigint()).to.equal(0x74696e69n);
    const holder = task().at('tasks.next').dereference().containerOf('task_struct', 'tasks');
    expect(holder.address).to.equal(initTask);
    expect(holder.at('pid').number()).to.equal(-7);
  });

  it('is plain JSON, with null for what cannot be read', () => {
    const { comm, lost, none, word, half, ages, color, tasks } = JSON.parse(JSON.stringify(task()));
    expect({ comm, none, word, half, ages, color }).to.deep.equal({
      comm: 'init',
      none: '0x0',
      word: '18446744073709551614',
      half: -2,
      ages: [3, 4, -5],
      color: 'GREEN',
    });
    expect(lost).to.equal('0xffffffff82002000');
    expect(tasks.next).to.equal(`0x${(initTask + 40n).toString(16)}`);
    const gone = smallKernel().object('struct mm_struct', BigInt(lost));
    expect(JSON.stringify(gone)).to.equal('{"pgd":null,"users":null}');
  });

  it('says which page, member or type is in the way', () => {
    for (const [path, wanted] of [
      ['lost->pgd', /^page-unreadable: page 0x2 .*\.lost->pgd cannot be read/],
      ['none->pgd', /^not-mapped: .*\.none is a null pointer/],
      ['com', /^unknown-name: .*called 'com' \(there are comm/],
      ['mm.pgd', /^usage: .*a pointer', allowed is a structure; write .*mm->pgd/],
      ['tasks->next', /^usage: .*a dot leads to its members/],
      ['ages[3]', /^usage: .*the index 3', allowed is 0 to 2/],
      ['any->pgd', /^usage: .*a pointer to a known type; cast/],
      ['ages', /^usage: .*at\("\[0\]"\) has an element/],
      ['tasks', /^usage: .*at\(\) has a member/],
      ['pid..x', /^usage: the path of a member/],
      ['', /^usage: the path of a member/],
    ] as const) {
      expect(codeAndText(() => task().at(path).bigint())).to.match(wanted);
    }
    expect(codeAndText(() => task().at('word').number())).to.match(/below 2\^53/);
    expect(codeAndText(() => task().at('pid').enumName())).to.match(/allowed is an enumeration/);
    expect(codeAndText(() => task().at('pid').text())).to.match(/an array of characters/);
    expect(codeAndText(() => task().at('pid').pointer())).to.match(/allowed is a pointer/);
    expect(codeAndText(() => [...task().at('pid')])).to.match(/allowed is an array/);
    expect(codeAndText(() => task().cast('struct nope'))).to.match(/^unknown-name: no type/);
  });

  it('takes any path, and throws none but its own errors', () => {
    const word = fc.constantFrom(
      'mm',
      'pgd',
      'tasks',
      'next',
      'ages',
      '.',
      '->',
      '[',
      ']',
      '0',
      '-1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((all) => all.join('')),
        ),
        (path) => {
          try {
            task().at(path);
          } catch (error) {
            expect(error).to.be.instanceOf(VmcorekitError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
