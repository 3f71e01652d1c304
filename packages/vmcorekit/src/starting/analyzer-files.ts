import { dedented } from './dedented.ts';

/** An analyzer to start from: it reads all pages, and a symbol of the kernel. */
export function analyzerSource(name: string): string {
  return dedented(`
    // An analyzer is your own code over a dump whose kernel was looked for.
    import { defineAnalyzer, definePlugin, storedPages, tryRead } from '@vmcorekit/core';

    /** Counts the pages that hold a text, and shows the text at a symbol of the kernel. */
    export const analyzer = defineAnalyzer({
      name: '${name}',
      summary: 'counts the pages that hold a text, and shows the text at a symbol',
      // \`--option text=panic\` sets one.
      options: {
        text: { type: 'string', summary: 'the text to look for', default: 'Linux version ' },
        symbol: { type: 'string', summary: 'where a text lies', default: 'linux_banner' },
      },
      *run({ dump, kernel }, { text, symbol }) {
        const wanted = Buffer.from(text);
        let pages = 0;
        let unreadable = 0;
        const steps = storedPages(dump.image.memory, {
          doing: 'looking for the text',
          // Without it, pages that cannot be read are passed over in silence.
          onUnreadable: () => {
            unreadable++;
          },
        });
        for (const step of steps) {
          if (step.kind === 'progress') {
            // Gives others their turn, and Ctrl-C its chance.
            yield step;
          } else if (Buffer.from(step.bytes).includes(wanted)) {
            pages++;
          }
        }
        // Null where no kernel was found; undefined where its symbols or this page cannot be had.
        const found = kernel?.symbols.find(symbol);
        const atSymbol =
          kernel === null || found === undefined
            ? null
            : (tryRead(() => kernel.memory.readText(found.address).trim()) ?? null);
        return {
          // For people, and for programs (--json).
          text: [
            \`\${symbol}: \${atSymbol ?? 'not known'}\`,
            \`pages that hold '\${text}': \${pages}\`,
            \`pages that cannot be read: \${unreadable}\`,
          ],
          data: { atSymbol, pages, unreadable },
        };
      },
    });

    export default definePlugin({ name: '${name}', analyzers: [analyzer] });
  `);
}

/** Its test. */
export function analyzerTest(name: string): string {
  return dedented(`
    import assert from 'node:assert/strict';
    import { describe, it } from 'node:test';
    import {
      buildElf,
      buildLinuxKernel,
      prstatusNote,
      qemuCpuStateNote,
      SparseMemory,
    } from '@vmcorekit/testing';
    import { BufferSource, open } from 'vmcorekit';
    import { analyzer } from '../src/${name}.js';

    const sizeInBytes = 36 * 1024 * 1024;

    /** A file as QEMU writes it, with a small Linux kernel in it. */
    function kernelDump(): Uint8Array {
      const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
      const { root } = buildLinuxKernel({
        memory,
        physBase: 0x600000,
        kaslrOffset: 0,
        vmcoreInfoAt: 0x1400000,
        tablesFrom: 0x1000000,
        directMapSizeInBytes: sizeInBytes,
      });
      // A CPU in a 64-bit kernel.
      const cpu = { cr0: 0x80000001n, cs: 0x10n, cs_flags: 0xaf9b00n, cr3: BigInt(root), cr4: 0x20n };
      const notes = [prstatusNote({ pr_pid: 1 }), qemuCpuStateNote(cpu)];
      const data = memory.read(0, sizeInBytes);
      return buildElf({
        segments: [{ notes }, { p_type: 1, p_paddr: 0, p_memsz: sizeInBytes, data }],
      }).bytes;
    }

    describe('${name}', () => {
      it('shows the text at a symbol, and counts pages', async () => {
        const dump = await open(new BufferSource(kernelDump(), 'vmcore'));
        const { data } = await dump.analyze(analyzer);
        assert.match(data.atSymbol ?? '', /^Linux version /);
        assert.ok(data.pages >= 1);
        assert.equal(data.unreadable, 0);
        dump.close();
      });

      it('takes the text to look for as an option', async () => {
        const dump = await open(new BufferSource(kernelDump(), 'vmcore'));
        const { data } = await dump.analyze(analyzer, { options: { text: 'no such text' } });
        assert.equal(data.pages, 0);
        dump.close();
      });
    });
  `);
}
