import { type CompletionSources, completeLine } from '@vmcorekit/shell';
import { expect } from 'chai';

const hostile = ['zq|id>/tmp/x', 'start_\x1b]2;PWN\x07', 'a b', 'x\u202ey', '$(id)', 'a;b', "'"];
const names = ['plain_name.isra.0', ...hostile];
const sources: CompletionSources = {
  commands: ['struct', 'sym', 'convert'],
  optionsOf: () => [],
  operandsOf: (name) => (({ struct: 'type', sym: 'symbol', convert: 'file' }) as const)[name],
  symbols: () => names,
  types: () => names,
  analyzers: () => [],
  members: () => names,
  files: () => [...names, '--json', '~root', 'a file', 'dump-1.é~'],
};

describe('completion', () => {
  it('gives no name out of a dump that is not a plain identifier', () => {
    const lines = [
      'sym ',
      'sym init_task.',
      'struct ',
      'struct list_head.',
      'kernel.',
      'kernel.a.',
    ];
    for (const line of lines) {
      expect(completeLine(line, sources)?.words, line).to.deep.equal(['plain_name.isra.0']);
    }
  });

  it('gives no file whose name a shell would take for more', () => {
    for (const line of ['convert ', 'sym a > ', 'sym a >> ']) {
      expect(completeLine(line, sources)?.words, line).to.deep.equal([
        'dump-1.é~',
        'plain_name.isra.0',
      ]);
    }
  });
});
