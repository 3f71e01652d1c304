import { VmcorekitError } from '@vmcorekit/core';
import { MemoryJson } from '@vmcorekit/report';
import { expect } from 'chai';

const request = { address: 0x1000n, lengthInBytes: 5, isVirtual: false };

describe('memory as JSON', () => {
  it('is whole while every stretch could be read', () => {
    const memory = new MemoryJson();
    memory.addBytes(0x1000n, Uint8Array.of(1, 0xfe));
    expect(memory.isWhole).to.equal(true);
    expect(memory.answer(['vmcore'], request)).to.deep.equal({
      schema: 1,
      file: 'vmcore',
      space: 'physical',
      address: '0x1000',
      lengthInBytes: 5,
      segments: [{ address: '0x1000', lengthInBytes: 2, bytes: '01fe' }],
      unreadable: [],
    });
  });

  it('names what could not be read, with the reason', () => {
    const memory = new MemoryJson();
    const error = new VmcorekitError('page-unreadable', {
      physicalAddress: 0x1002,
      pfn: 1,
      state: 'absent',
      because: 'no segment holds it',
    });
    memory.addUnreadable(0x1002n, 3, error);
    expect(memory.isWhole).to.equal(false);
    expect(memory.answer(['vmcore'], request)).to.have.deep.property('unreadable', [
      { address: '0x1002', lengthInBytes: 3, code: 'page-unreadable', because: error.message },
    ]);
  });
});
