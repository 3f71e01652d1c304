import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { hostilePlugin } from './hostile-plugin.ts';

const program = fileURLToPath(new URL('../../bin/vmcorekit-mcp.js', import.meta.url));

/** A dump of the repository, by the name of its fixture. */
export function fixture(name: string): string {
  const path = `../../../../fixtures/${name}/dump.kdump`;
  return fileURLToPath(new URL(path, import.meta.url));
}

/** A text result, as a model reads it. */
export interface Result {
  readonly text: string;
  readonly isError: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows its tool's data.
  readonly structured: any;
}

/** A server as a process of its own, over its standard input and output, and a client of it. */
export class Connection {
  readonly client: Client = new Client({ name: 'test', version: '1.0.0' });
  readonly folder: string = mkdtempSync(join(tmpdir(), 'vmcorekit-mcp-'));

  /** `args` follow a configuration with the hostile plug-in. */
  async open(...args: readonly string[]): Promise<this> {
    writeFileSync(join(this.folder, 'hostile.mjs'), hostilePlugin);
    writeFileSync(join(this.folder, 'config.yaml'), 'plugins: ["./hostile.mjs"]\n');
    const config = join(this.folder, 'config.yaml');
    await this.client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [program, '--config', config, ...args],
        stderr: 'ignore',
      }),
    );
    return this;
  }

  async call(name: string, given: Record<string, unknown> = {}): Promise<Result> {
    const { content, isError, structuredContent } = await this.client.callTool({
      name,
      arguments: given,
    });
    const [first] = content as readonly { readonly text: string }[];
    return {
      text: first?.text ?? '',
      isError: isError === true,
      structured: structuredContent,
    };
  }

  async close(): Promise<void> {
    await this.client.close();
    rmSync(this.folder, { recursive: true });
  }
}
