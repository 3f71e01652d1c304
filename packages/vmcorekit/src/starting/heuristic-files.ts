import { dedented } from './dedented.ts';

/** A heuristic to start from: it reads a file that lies beside the dump. */
export function heuristicSource(name: string): string {
  return dedented(`
    // A heuristic looks at a dump and yields what it found. It never decides: each candidate is tried
    // through its own page tables, so a claim that is wrong costs only its own row in the report.
    import { readFileSync, statSync } from 'node:fs';
    import { defineHeuristic, definePlugin } from '@vmcorekit/core';

    /** What a capture host writes beside a dump is short; anything longer is something else. */
    const longestFileInBytes = 4096;

    /** Reads a line like phys_base=0x600000 in the file DUMP.phys_base. */
    export const heuristic = defineHeuristic({
      name: '${name}',
      summary: 'reads phys_base from a file beside the dump',
      looksAt: 'the file DUMP.phys_base',
      needs: [],
      // A few bytes: it always runs. 'pages' and 'scan' run until the answer is certain.
      cost: 'header',
      yields: ['physBase'],
      architectures: ['x86_64'],
      // A rule or \`--option ${name}.suffix=.txt\` sets it.
      options: {
        suffix: {
          type: 'string',
          summary: 'what follows the name of the dump',
          default: '.phys_base',
        },
      },
      *run({ dump }, { suffix }) {
        // The paths of the dump, as they were given; several for a split dump.
        const [file] = dump.files;
        const path = \`\${file}\${suffix}\`;
        const [, sign, digits] = /^phys_base=(-?)0x([0-9a-f]{1,12})$/m.exec(textOf(path)) ?? [];
        if (digits === undefined) {
          return;
        }
        const physBase = Number.parseInt(\`\${sign}\${digits}\`, 16);
        yield {
          kind: 'candidate',
          // Somebody says it; nothing in the memory shows it.
          evidence: 'told',
          strength: 'weak',
          claim: { physBase },
          because: \`\${path} says phys_base=\${sign}0x\${digits}\`,
          // Where in the dump it was seen: nowhere.
          at: [],
        };
      },
    });

    /** Empty where there is no such file. */
    function textOf(path: string): string {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() === true && stat.size <= longestFileInBytes
        ? readFileSync(path, 'utf8')
        : '';
    }

    export default definePlugin({ name: '${name}', heuristics: [heuristic] });
  `);
}

/** Its test. */
export function heuristicTest(name: string): string {
  return dedented(`
    import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { join } from 'node:path';
    import { after, describe, it } from 'node:test';
    import { x8664 } from '@vmcorekit/architectures';
    import { describeHeuristic, memoryDump, SparseMemory } from '@vmcorekit/testing';
    import { heuristic } from '../src/${name}.js';

    const folder = mkdtempSync(join(tmpdir(), '${name}-'));
    after(() => rmSync(folder, { recursive: true }));

    /** A dump of 1 MiB, with a text in the file beside it. */
    function dumpBeside(name: string, text: string) {
      const file = join(folder, name);
      writeFileSync(\`\${file}.phys_base\`, text);
      return memoryDump({
        files: [file],
        memory: new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] }),
        architecture: x8664,
      });
    }

    // The conformance kit: does the heuristic keep what it promises, also on hostile memory?
    describeHeuristic(heuristic, {
      runner: { describe, it },
      cases: [
        {
          title: 'with a number',
          open: () => dumpBeside('good', 'phys_base=0x600000\\n'),
          finds: { physBase: 0x600000 },
        },
        {
          title: 'with a negative number',
          open: () => dumpBeside('negative', 'phys_base=-0x200000\\n'),
          finds: { physBase: -0x200000 },
        },
        {
          title: 'with rubbish',
          open: () => dumpBeside('bad', 'phys_base=lots\\n'),
          finds: null,
        },
      ],
    });
  `);
}
