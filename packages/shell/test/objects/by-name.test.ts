import { byName, memberNames, objectOf } from '@vmcorekit/shell';
import { expect } from 'chai';
import { wordsKernel } from '../words/words-kernel.ts';

describe('an object by the names of its members', () => {
  const { kernel, place, tasks } = wordsKernel();
  const object = kernel.object('struct task_struct', tasks[0]?.address ?? 0n);
  const task = byName(object, () => 'shown') as Record<string, unknown>;

  it('has each member as a property, also in an embedded structure', () => {
    expect(Number(task.pid)).to.equal(10);
    expect(Object.keys(task)).to.deep.equal(['__state', 'pid', 'tasks', 'mm', 'stack']);
    expect('pid' in task).to.equal(true);
    const { next } = task.tasks as Record<string, unknown>;
    expect(objectOf(next)?.pointer()).to.equal(place.word(object.at('tasks').address));
  });

  it('is undone by objectOf, which knows no other value', () => {
    expect(objectOf(task)).to.equal(object);
    expect(objectOf({})).to.equal(undefined);
    expect(objectOf(null)).to.equal(undefined);
  });

  it('follows a pointer to a structure', () => {
    const at = place.take(8);
    place.put(at, object.address);
    const pointer = kernel.object('struct task_struct *', at);
    expect(memberNames(pointer)).to.deep.equal(['__state', 'pid', 'tasks', 'mm', 'stack']);
    expect(Number((byName(pointer, () => '') as Record<string, unknown>).pid)).to.equal(10);
  });

  it('has a field of the library after $', () => {
    expect(task.$address).to.equal(object.address);
  });

  it('refuses to be changed', () => {
    expect(() => Object.assign(task, { pid: 1 })).to.throw(TypeError, /only read/);
    expect(() => Reflect.deleteProperty(task, 'pid')).to.throw(TypeError, /only read/);
  });

  it('is no promise, so await gives it back', async () => {
    expect(await Promise.resolve(task)).to.equal(task);
  });
});
