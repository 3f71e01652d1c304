import { announcingGuard, type GuardedWork } from '@vmcorekit/browser';
import { VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';

describe('announcingGuard', () => {
  it('announces a step before it runs, and its end, also where it throws', () => {
    const heard: (GuardedWork | string)[] = [];
    const guard = announcingGuard((work) => heard.push(work));
    const result = guard(
      () => {
        heard.push('runs');
        return 7;
      },
      500,
      "heuristic 'slow'",
    );
    expect(result).to.equal(7);
    const begin = { phase: 'begin', what: "heuristic 'slow'", limitInMilliseconds: 500 };
    expect(heard).to.deep.equal([begin, 'runs', { phase: 'end' }]);
    heard.splice(0);
    const fails = (): never => {
      throw new RangeError('broken');
    };
    expect(() => guard(fails, 500, "heuristic 'slow'")).to.throw(RangeError, 'broken');
    expect(heard).to.deep.equal([begin, { phase: 'end' }]);
  });

  it('refuses a step that hung before, and announces nothing', () => {
    const heard: GuardedWork[] = [];
    const guard = announcingGuard((work) => heard.push(work), new Set(["container 'slow'"]));
    expect(() => guard(() => 7, 500, "container 'slow'"))
      .to.throw(VmcorekitError)
      .with.property('code', 'timed-out');
    expect(heard).to.deep.equal([]);
  });
});
