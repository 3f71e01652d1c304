import * as exported from '@vmcorekit/disassemblers';
import { expect } from 'chai';

describe('@vmcorekit/disassemblers', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['capstone', 'createCapstone', 'plugin']);
  });
});
