import {
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';

const sizeInBytes = 8 * 1024 * 1024;
const memory_ranges = { data: [{ gpa: 0x40000000, length: sizeInBytes }] };
const state = JSON.stringify({ snapshot_data: { state: JSON.stringify({ memory_ranges }) } });

describe('the folder of a snapshot of Cloud Hypervisor', () => {
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-'));
    folders.push(folder);
    return folder;
  };
  const snapshot = (): string => {
    const folder = newFolder();
    writeFileSync(join(folder, 'memory-ranges'), '');
    truncateSync(join(folder, 'memory-ranges'), sizeInBytes);
    writeFileSync(join(folder, 'state.json'), state);
    return folder;
  };

  after(() => {
    for (const folder of folders) {
      rmSync(folder, { recursive: true });
    }
  });

  it('was refused as a folder, and is opened by its files, which are named', async () => {
    const folder = snapshot();
    const { status, json } = await runCli(['info', '--json', `${folder}/`]);
    const [answer] = json() as { readonly file: string }[];
    expect(status).to.equal(0);
    expect(answer).to.deep.include({ format: 'raw', filesBeside: ['state.json'] });
    expect(answer?.file).to.match(/vmcorekit-[^/\\]*[/\\]memory-ranges$/);
    expect(JSON.stringify(answer)).to.include('"0x40000000"');
  });

  it('was an archive where its guest wrote the marks of one; its state counts', async () => {
    const folder = snapshot();
    const path = join(folder, 'memory-ranges');
    const bytes = new Uint8Array(sizeInBytes);
    const archive = readFileSync(
      new URL('../../containers/test/files/stored.zip', import.meta.url),
    );
    bytes.set(Buffer.from('MZ'));
    bytes.set(archive, sizeInBytes - archive.length);
    writeFileSync(path, bytes);
    for (const name of [folder, path]) {
      const { json } = await runCli(['info', '--json', name]);
      expect(json()[0], name).to.deep.include({ format: 'raw', filesBeside: ['state.json'] });
    }
    rmSync(join(folder, 'state.json'));
    const refused = await runCli(['info', path]);
    expect(refused.status).to.equal(3);
    expect(refused.stderr).to.contain('FILE//ENTRY opens the archive, --format raw the memory');
    for (const args of [[`${path}@0`], ['--format', 'raw', path]]) {
      const { json } = await runCli(['info', '--json', ...args]);
      expect(json()[0], String(args)).to.deep.include({ format: 'raw', container: null });
    }
    const entry = await runCli(['info', `${path}//tiny`]);
    expect(entry.stderr).to.contain('//tiny: no format claims this file');
  });

  it('is refused where its memory is a link out of it, or its state is missing', async () => {
    const [real, linked] = [snapshot(), newFolder()];
    symlinkSync(join(real, 'memory-ranges'), join(linked, 'memory-ranges'));
    writeFileSync(join(linked, 'state.json'), state);
    rmSync(join(real, 'state.json'));
    for (const folder of [linked, real]) {
      const { status, stderr } = await runCli(['info', folder]);
      expect([status, stderr]).to.deep.equal([
        3,
        `vmcorekit: ${folder}: is a folder: -r (--recursive) searches it for dumps\n`,
      ]);
    }
  });
});
