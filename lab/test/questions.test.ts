import { listQuestions } from '@vmcorekit/lab/check/questions';
import { expect } from 'chai';

const subject = {
  heuristics: [
    { name: 'cr3-walk', architectures: ['x86_64'] },
    { name: 'step-scan', architectures: 'any' as const },
  ],
  systemMaps: new Map([
    ['6.1.0', '/lab/a/System.map'],
    ['6.12.0', '/lab/b/System.map'],
  ]),
};

const machine = 'x86_64';

describe('the questions of the check', () => {
  it('give the guest’s own symbols, and another kernel’s to see that they do no harm', () => {
    const options = new Map(
      listQuestions({ release: '6.12.0', machine }, subject).map((question) => [
        question.column,
        question.options,
      ]),
    );
    expect(options.get('symbols')).to.deep.equal(['--all', '--symbols', '/lab/b/System.map']);
    expect(options.get('false symbols')).to.deep.equal(['--all', '--symbols', '/lab/a/System.map']);
    expect(options.get('step-scan')).to.deep.equal([
      '--only',
      'step-scan',
      '--symbols',
      '/lab/b/System.map',
    ]);
  });

  it('leave symbols out where no guest printed any', () => {
    const questions = listQuestions(
      { release: '6.1.0', machine },
      { ...subject, systemMaps: new Map() },
    );
    expect(questions).to.deep.equal([
      { column: 'default', options: [] },
      { column: 'all', options: ['--all'] },
      { column: 'cr3-walk', options: ['--only', 'cr3-walk'] },
      { column: 'step-scan', options: ['--only', 'step-scan'] },
    ]);
  });

  it('use false symbols alone on a guest without a kernel', () => {
    const columns = listQuestions({ release: undefined, machine }, subject).map(
      (question) => question.column,
    );
    expect(columns).to.deep.equal(['default', 'all', 'false symbols', 'cr3-walk', 'step-scan']);
  });

  it('ask alone only the heuristics that know the machine', () => {
    const heuristics = [
      { name: 'page-table-search', architectures: ['arm64', 'ppc64'] },
      ...subject.heuristics,
    ];
    const asked = ['aarch64', 'ppc64le', 'riscv64'].map((other) =>
      listQuestions(
        { release: undefined, machine: other },
        { heuristics, systemMaps: new Map() },
      ).map(({ column }) => column),
    );
    expect(asked).to.deep.equal([
      ['default', 'all', 'page-table-search', 'step-scan'],
      ['default', 'all', 'page-table-search', 'step-scan'],
      ['default', 'all', 'step-scan'],
    ]);
  });
});
