import * as analyzers from '@vmcorekit/analyzers';
import { expect } from 'chai';

describe('@vmcorekit/analyzers', () => {
  it('exports each analyzer by name, the plug-in, and how an address is written', () => {
    const { plugin, addressOf, ...each } = analyzers;
    expect(addressOf).to.be.a('function');
    expect(Object.values(each)).to.have.members([...(plugin.analyzers ?? [])]);
  });
});
