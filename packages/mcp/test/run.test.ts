import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { run, type World } from '../dist/run.js';
import { fixture } from './support/connect.ts';
import { hostilePlugin } from './support/hostile-plugin.ts';

const program = fileURLToPath(new URL('../bin/vmcorekit-mcp.js', import.meta.url));

const hello = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  },
};

async function ran(...args: readonly string[]) {
  let written = '';
  let complained = '';
  let served = 0;
  const world: World = {
    write: (text) => {
      written += text;
    },
    complain: (text) => {
      complained += text;
    },
    serve: () => {
      served++;
    },
  };
  return { status: await run(args, world), written, complained, served };
}

describe('vmcorekit-mcp', () => {
  it('shows its help within 80 columns, and its version', async () => {
    const { status, written } = await ran('--help');
    expect(status).to.equal(0);
    expect(written).to.match(/usage: vmcorekit-mcp \[options\] DUMP\.\.\./);
    expect(written.split('\n').every((line) => line.length <= 80)).to.equal(true);
    expect((await ran('--version')).written).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('says what is missing or wrong, and serves nothing', async () => {
    const complaints: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /DUMP is missing/],
      [['--nonsense', 'vmcore'], /'--nonsense'/],
      [['--config', '/nonexistent.yaml', 'vmcore'], /nonexistent\.yaml/],
      [['--config', 'a', '--no-config', 'vmcore'], /--config cannot be used with --no-config/],
    ];
    for (const [args, wanted] of complaints) {
      const { status, complained, served } = await ran(...args);
      expect([status, served]).to.deep.equal([2, 0]);
      expect(complained).to.match(/^vmcorekit-mcp: /);
      expect(complained).to.match(wanted);
    }
  });

  it('writes only the protocol to standard output, also after malformed requests', () => {
    const lines = [
      JSON.stringify(hello),
      'no JSON at all',
      '{"jsonrpc":"2.0","id":2,"method":"no/such"}',
      '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"no_such_tool"}}',
      '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":7}',
      '{"id":5}',
      '[]',
      '{"jsonrpc":"2.0","id":6,"method":"ping"}',
      'half a request {"jsonrpc',
    ];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, '--no-config', '/nonexistent'],
      { input: `${lines.join('\n')}\n`, encoding: 'utf8' },
    );
    expect(status).to.equal(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const byId = new Map(answers.map((each) => [each.id, each]));
    expect(byId.get(1)?.result.serverInfo.name).to.equal('vmcorekit');
    expect(byId.get(2)).to.have.nested.property('error.message');
    expect(byId.get(3)).to.have.nested.property('error.message');
    expect(byId.get(4)).to.have.nested.property('error.code', -32602);
    // What is no message of JSON-RPC is named in a line each.
    expect(stderr.match(/^vmcorekit-mcp: a message was refused: /gm)).to.have.lengthOf(3);
    expect(byId.get(6)).to.have.property('result');
  });

  it('ends when its client has gone, though a call would never end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-mcp-'));
    writeFileSync(join(folder, 'hostile.mjs'), hostilePlugin);
    writeFileSync(join(folder, 'config.yaml'), 'plugins: ["./hostile.mjs"]\n');
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'analyze', arguments: { analyzer: 'endless' } },
    };
    const { status } = spawnSync(
      process.execPath,
      [program, '--config', join(folder, 'config.yaml'), fixture('ovmf-nokaslr')],
      { input: `${JSON.stringify(hello)}\n${JSON.stringify(call)}\n` },
    );
    rmSync(folder, { recursive: true });
    expect(status).to.equal(0);
  });
});
