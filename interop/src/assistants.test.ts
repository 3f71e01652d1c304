import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { printable } from '@vmcorekit/core';
import { expect } from 'chai';
import { guests } from './guests.ts';
import { answerOf } from './vmcorekit.ts';

const program = fileURLToPath(new URL('../../packages/mcp/bin/vmcorekit-mcp.js', import.meta.url));

/** One whose tasks rest in every state, and one that panicked. */
const tried = ['tasks-6.12', 'tasks-6.1', 'panic-irq-6.1'];

interface Part {
  readonly data: Readonly<Record<string, unknown>>;
  readonly items: { readonly key: string } | null;
  readonly cursor: string | null;
}

/** As the server shows what a guest named: a task of these guests tries to steer a terminal. */
function escaped(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (_key, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  );
}

for (const guest of guests().filter(({ name }) => tried.includes(name))) {
  describe(`an assistant's client on ${guest.name}`, () => {
    const client = new Client({ name: 'interop', version: '1.0.0' });
    const dump = `${guest.folder}/elf.vmcore`;

    before(async () => {
      const args = [program, '--no-config', dump];
      await client.connect(new StdioClientTransport({ command: process.execPath, args }));
    });
    after(() => client.close());

    /** The list `key` of a tool's data, from all parts of its answer. */
    async function listOf(name: string, key: string): Promise<unknown[]> {
      const list: unknown[] = [];
      let cursor: string | null = null;
      do {
        const given: Record<string, unknown> = cursor === null ? {} : { cursor };
        const result = await client.callTool({ name, arguments: given });
        expect(result.isError).not.to.equal(true);
        const part = result.structuredContent as Part;
        const own = key === '' ? part.data : part.data[key];
        list.push(...(own as readonly unknown[]));
        cursor = part.cursor;
      } while (cursor !== null);
      return list;
    }

    it('gets the verdict, the tasks, the modules and the log of the command', async () => {
      const { structuredContent } = await client.callTool({ name: 'probe', arguments: {} });
      const { data } = structuredContent as Part;
      expect(data).to.include({ confidence: 'certain' });
      expect(data.kernel).to.include({ physBase: guest.physBase, release: guest.release });
      for (const [tool, command, key] of [
        ['ps', 'ps', 'tasks'],
        ['mod', 'mod', 'modules'],
      ] as const) {
        const answer = answerOf(command, dump) as Record<string, unknown>;
        expect(await listOf(tool, key), tool).to.deep.equal(escaped(answer[key]));
      }
      const { records } = answerOf('log', dump) as { records: unknown };
      expect(await listOf('log', '')).to.deep.equal(escaped(records));
    });
  });
}
