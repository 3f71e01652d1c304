import * as report from '@vmcorekit/report';
import { expect } from 'chai';

describe('@vmcorekit/report', () => {
  it('exports the answer of each command as JSON and as text, and their parts', () => {
    expect(Object.keys(report).sort()).to.deep.equal([
      'MemoryJson',
      'addressJson',
      'analyzersJson',
      'analyzersReport',
      'changeLines',
      'changesJson',
      'comparisonJson',
      'comparisonReport',
      'conditionsJson',
      'describeError',
      'dumpJson',
      'errorJson',
      'facts',
      'filesJson',
      'heuristicsJson',
      'heuristicsReport',
      'hexDump',
      'infoJson',
      'infoReport',
      'jsonLine',
      'kernelJson',
      'kernelPlaceText',
      'limitLines',
      'plainJson',
      'plainStyle',
      'planJson',
      'planLines',
      'probeReport',
      'section',
      'shellWord',
      'symbolPackageOf',
      'table',
      'translationJson',
      'translationReport',
      'unreadableText',
      'verdictJson',
      'verificationJson',
      'verificationReport',
      'writtenJson',
      'writtenReport',
    ]);
  });
});
