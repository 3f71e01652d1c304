import * as testing from '@vmcorekit/testing';
import { expect } from 'chai';

describe('@vmcorekit/testing', () => {
  it('exports builders of files, memory and kernels, and what runs one plug-in alone', () => {
    expect(Object.keys(testing).sort()).to.include.members([
      'LinearMmu',
      'PageTableBuilder',
      'SparseMemory',
      'buildElf',
      'buildKallsyms',
      'buildKdump',
      'buildLinuxKernel',
      'contextFor',
      'describeAnalyzer',
      'describeCompressor',
      'describeFormat',
      'describeHeuristic',
      'describeMmu',
      'describePageFilter',
      'linearMemory',
      'locatedKernel',
      'memoryDump',
      'propertyRuns',
      'qemuElf',
      'qemuKdump',
      'symbolList',
      'testKernel',
      'withoutProgress',
    ]);
  });
});
