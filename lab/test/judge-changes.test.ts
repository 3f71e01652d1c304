import type { Answers } from '@vmcorekit/lab/damage/ask';
import { judgeChanges } from '@vmcorekit/lab/damage/judge-changes';
import { expect } from 'chai';

function answers(name: string, data: unknown, remarks: readonly string[] = []): Answers {
  return {
    verdict: {} as Answers['verdict'],
    byName: new Map([[name, { data, remarks }]]),
    pagesRead: 0,
    milliseconds: 0,
  };
}

function judged(
  name: string,
  whole: unknown,
  damaged: unknown,
  remarks: readonly string[] = [],
): readonly [marked: number, own: number, faults: number] {
  const changes = judgeChanges(answers(name, whole), answers(name, damaged, remarks));
  return [changes.marked, changes.own.size, changes.faults.length];
}

const task = { address: '0xffff888000001000', comm: 'sleep', pid: 5, cpu: 0, doubts: [] };
const tasksOf = (...tasks: readonly object[]) => ({ tasks });
const changed = (fields: object) => tasksOf({ ...task, ...fields });

describe('the judgement of values that changed', () => {
  it('allows an answer to say less', () => {
    expect(judged('ps', tasksOf(task), changed({ cpu: null }))).to.deep.equal([0, 0, 0]);
    expect(judged('ps', tasksOf(task), tasksOf())).to.deep.equal([0, 0, 0]);
  });

  it('finds a value wrong that is other in silence', () => {
    expect(judged('ps', tasksOf(task), changed({ pid: 7 }))).to.deep.equal([0, 0, 1]);
    expect(judged('ps', tasksOf(task), tasksOf(task, { ...task, address: '0x9' }))[2]).to.equal(1);
  });

  it('counts a value as marked by a new doubt around it', () => {
    const doubtful = changed({ pid: 7, doubts: ['no view agrees'] });
    expect(judged('ps', tasksOf(task), doubtful)).to.deep.equal([1, 0, 0]);
    const before = changed({ doubts: ['no view agrees'] });
    expect(judged('ps', before, doubtful)).to.deep.equal([0, 0, 1]);
  });

  it('counts a remark only for what it names', () => {
    const other = changed({ pid: 7 });
    const remark = (address: string) => [`the task at ${address} contradicts itself`];
    expect(judged('ps', tasksOf(task), other, remark(task.address))).to.deep.equal([1, 0, 0]);
    expect(judged('ps', tasksOf(task), other, remark('0xffff888000002000'))).to.deep.equal([
      ...[0, 0, 1],
    ]);
    expect(judged('kmem', { MemFree: 1 }, { MemFree: 2 }, ['a zone is lost'])[0]).to.equal(1);
  });

  it('knows values that only the changed bytes hold', () => {
    expect(judged('ps', tasksOf(task), changed({ comm: 'sleeq' }))).to.deep.equal([0, 1, 0]);
    // Another text is no changed one: a pointer led elsewhere.
    expect(judged('ps', tasksOf(task), changed({ comm: 'kworker/0:1' }))).to.deep.equal([0, 0, 1]);
    expect(judged('mod', tasksOf(task), changed({ comm: 'sleeq' }))).to.deep.equal([0, 0, 1]);
  });
});
