import * as analyzers from '@vmcorekit/analyzers';
import { expect } from 'chai';

describe('@vmcorekit/analyzers', () => {
  it('exports each analyzer by name, and the plug-in', () => {
    const { plugin, ...each } = analyzers;
    expect(Object.values(each)).to.have.members([...(plugin.analyzers ?? [])]);
  });
});
