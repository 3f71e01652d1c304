import { expect } from 'chai';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { runCli } from '../support/run-cli.ts';

describe('heuristics', () => {
  it('lists needs, costs, results and options of each heuristic, then the witnesses', async () => {
    const { status, stdout } = await runCli(['heuristics'], { toolkit: fakeToolkit });
    expect(status).to.equal(0);
    expect(stdout).to.match(/^fake-signs\n/);
    expect(stdout).to.match(
      /fake-symbols\n.*\n +needs +symbol-file\n +costs +a few hundred pages\n +yields +physBase, root\n/,
    );
    expect(stdout).to.match(/fake-walk\.to +size +32 MiB +where to stop \(from 0x0\)\n/);
    expect(stdout).to.match(
      /Witnesses.*\n.*\n +fake-witness +believes what the test says +any architecture\n$/,
    );
  });

  it('shows only those asked for', async () => {
    const { stdout } = await runCli(['heuristics', 'fake-note'], { toolkit: fakeToolkit });
    expect(stdout)
      .to.match(/^fake-note\n/)
      .and.not.to.include('fake-walk');
  });

  it('refuses a name there is not, with the nearest', async () => {
    const { status, stderr } = await runCli(['heuristics', 'fake-notes'], { toolkit: fakeToolkit });
    expect(status).to.equal(2);
    expect(stderr).to.include("did you mean 'fake-note'?");
  });

  it('answers in JSON', async () => {
    const { json } = await runCli(['heuristics', '--json', 'fake-note'], { toolkit: fakeToolkit });
    expect(json()).to.deep.equal([
      {
        schema: 1,
        heuristics: [
          {
            name: 'fake-note',
            summary: 'finds what the test says, as vmcoreinfo',
            plugin: 'fake',
            needs: [],
            cost: 'pages',
            yields: ['physBase', 'pageTableRoot', 'pagingLevels'],
            looksAt: 'the test',
            architectures: 'any',
            isExhaustive: false,
            options: [
              {
                name: 'to',
                type: 'size',
                summary: 'where to stop',
                default: 0x2000000,
                minimum: 0,
              },
              {
                name: 'step',
                type: 'size',
                summary: 'how far to go each time',
                default: 0x100000,
                minimum: 1,
              },
            ],
          },
        ],
        witnesses: [],
      },
    ]);
  });

  it('answers in rows, witnesses too', async () => {
    const { stdout } = await runCli(['heuristics', '--csv'], { toolkit: fakeToolkit });
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines[0]).to.equal(
      'name,kind,summary,plugin,needs,cost,yields,looksAt,architectures,isExhaustive',
    );
    expect(lines).to.include(
      'fake-note,heuristic,"finds what the test says, as vmcoreinfo",fake,,pages,' +
        'physBase pageTableRoot pagingLevels,the test,any,false',
    );
    expect(lines.at(-1)).to.match(
      /^fake-witness,witness,believes what the test says,fake,,,,,any,$/,
    );
    const { json } = await runCli(['heuristics', '--jsonl', 'fake-note'], { toolkit: fakeToolkit });
    expect(json()[0]).to.deep.include({ schema: 1, name: 'fake-note', kind: 'heuristic' });
  });
});
