// A plug-in as its author writes it, with nothing but core to build it against. npm run packages
// compiles it against the packed packages and has the packed command load it.
import {
  defineAnalyzer,
  defineHeuristic,
  definePlugin,
  latin1UntilNul,
  type Plugin,
} from '@vmcorekit/core';

const acmeNote = defineHeuristic({
  name: 'acme-note',
  summary: 'reads what the capture tool of ACME noted',
  needs: [],
  cost: 'header',
  yields: ['physBase'],
  looksAt: 'notes called ACME',
  architectures: ['x86_64'],
  options: { note: { type: 'string', summary: 'the name of the note', default: 'ACME' } },
  *run({ dump }, { note }) {
    for (const { name, descriptor, fileOffset } of dump.image.notes) {
      const [, digits] = /^phys_base=0x([0-9a-f]{1,12})$/m.exec(latin1UntilNul(descriptor)) ?? [];
      if (name === note && digits !== undefined) {
        yield {
          kind: 'candidate',
          evidence: 'header',
          strength: 'weak',
          claim: { physBase: Number.parseInt(digits, 16) },
          because: `the note ${name} says phys_base=0x${digits}`,
          at: [{ fileOffset }],
        };
      }
    }
  },
});

const noteNames = defineAnalyzer({
  name: 'note-names',
  summary: 'lists the names of the notes',
  options: {},
  *run({ dump }) {
    const names = dump.image.notes.map(({ name }) => name);
    yield { kind: 'progress', doing: 'listing notes', fraction: 1 };
    return { text: names, data: { names } };
  },
});

const plugin: Plugin = definePlugin({
  name: 'acme',
  heuristics: [acmeNote],
  analyzers: [noteNames],
});
export default plugin;
