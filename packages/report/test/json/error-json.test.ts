import { VmcorekitError } from '@vmcorekit/core';
import { describeError, errorJson } from '@vmcorekit/report';
import { expect } from 'chai';

describe('an error', () => {
  it('of an unknown name comes with the known name that is most like it', () => {
    const error = new VmcorekitError('unknown-name', {
      kind: 'heuristic',
      name: 'step-scann',
      known: ['cr3-walk', 'step-scan'],
    });
    expect(describeError(error)).to.have.property(
      'message',
      `${error.message}; did you mean 'step-scan'?`,
    );
    expect(describeError(error).facts).to.have.property('name', 'step-scann');
  });

  it('as JSON shows addresses in hexadecimal, and its code and message last', () => {
    const facts = {
      virtualAddress: 0xffffffff81000000n,
      foundAt: 4096,
      lengthInBytes: 8,
      tried: ['elf', 1],
      hidden: {},
    };
    expect(
      JSON.stringify(errorJson({ code: 'not-mapped', message: 'no', facts }, ['a', 'b'])),
    ).to.equal(
      '{"schema":1,"file":"a","files":["a","b"],"error":{"virtualAddress":"0xffffffff81000000","foundAt":"0x1000",' +
        '"lengthInBytes":8,"tried":["elf","1"],"code":"not-mapped","message":"no"}}',
    );
  });
});
