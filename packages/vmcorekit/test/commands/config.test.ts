import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const toolkit = fakeToolkit;
const site = (rules: string) => writeTemporaryFile('site.yaml', `rules:\n${rules}`);

function emptyFolder(): string {
  return realpathSync(dirname(writeTemporaryFile('.keep', '')));
}

describe('vmcorekit config', () => {
  it('shows every value with the file and line it comes from', async () => {
    const path = site('  - name: quick\n    match: { format: fake }\n    timeLimit: 5 s\n');
    const { status, stdout } = await runCli(['config', '--config', path], { toolkit });
    expect(status).to.equal(0);
    expect(stdout).to.match(new RegExp(`rules\\[0\\]\\.timeLimit +5 s +${path}:4\n`));
    expect(stdout).to.match(/rules\[0\]\.match\.format +fake /);
    const { json } = await runCli(['config', '--json', '--config', path], { toolkit });
    expect(json()).to.have.deep.nested.property('[0].values[2]', {
      key: 'rules[0].timeLimit',
      value: '5 s',
      file: path,
      line: 4,
    });
  });

  it('says that nothing is configured', async () => {
    const { stdout } = await runCli(['config'], { toolkit });
    expect(stdout).to.equal(
      'nothing is configured: `vmcorekit init` writes a file to start from\n',
    );
  });

  it('explains which rules match a dump, and by which condition the others do not', async () => {
    const path =
      site(`  - { name: here, match: { host: '${hostname()}', format: fake }, timeLimit: 5 s }
  - { name: elsewhere, match: { format: fake, writtenBy: qemu }, timeLimit: 7 s }
`);
    const dump = writeFakeDump({ writtenBy: 'makedumpfile' });
    const { status, stdout } = await runCli(['config', '--config', path, '--explain', dump], {
      toolkit,
    });
    expect(status).to.equal(0);
    expect(stdout)
      .to.include(`here: matches (${path}:2)`)
      .and.include(`elsewhere: does not match (${path}:3)`);
    expect(stdout).to.match(/no +writtenBy +qemu +makedumpfile\n/);
    expect(stdout).to.match(/timeLimit +5000 ms +here /);
    const { json } = await runCli(['config', '--json', '--config', path, '--explain', dump], {
      toolkit,
    });
    expect(json()[0]).to.have.deep.nested.property('settings', [
      {
        setting: 'timeLimitInMilliseconds',
        value: 5000,
        from: { name: 'here', file: path, line: 2 },
      },
    ]);
  });

  it('explains a rule by what only the search finds', async () => {
    const path = site(
      "  - { name: debian, match: { release: '*-cloud-amd64' }, acceptAt: probable }\n",
    );
    const { stdout } = await runCli(
      ['config', '--config', path, '--explain', writeFakeDump({ kernels: [usualKernel] })],
      {
        toolkit,
      },
    );
    expect(stdout).to.include('debian: matches').and.include('6.1.0-56-cloud-amd64');
  });
});

describe('a mistake in the configuration', () => {
  const mistakes: readonly (readonly [rules: string, message: string])[] = [
    [
      '  - { name: a, heuristics: [fake-wlak] }',
      "site.yaml:2: rules[0].heuristics[0]: no heuristic is called 'fake-wlak'",
    ],
    ['  - { name: a, heuristics: [fake-wlak] }', "; did you mean 'fake-walk'?"],
    [
      '  - name: a\n    heuristics:\n      - [fake-walk, { stpe: 1 MiB }]',
      "site.yaml:4: rules[0].heuristics[0]: no option of fake-walk is called 'stpe'",
    ],
    [
      '  - name: a\n    heuristics:\n      - { use: fake-walk, step: 0 }',
      "site.yaml:4: rules[0].heuristics[0]: fake-walk.step: got '0'",
    ],
    [
      '  - { name: a, physBase: 1.5 }',
      'site.yaml:2: rules[0].physBase: is 1.5, wanted string or integer',
    ],
    [
      '  - { name: a, imageOffset: 0xffffd61b5a800000 }',
      'site.yaml:2: rules[0].imageOffset: imageOffset: got',
    ],
    [
      '  - { name: a, textAt: -4 }',
      "site.yaml:2: rules[0].textAt: textAt: got '-4', allowed is an address",
    ],
    [
      '  - { name: a, physBase: 0, textAt: 0 }',
      "site.yaml:2: rules[0].textAt: textAt: got 'it with physBase', allowed is one of physBase, imageOffset, textAt",
    ],
  ];
  for (const [rules, message] of mistakes) {
    it(`ends the command with status 2: ${message}`, async () => {
      const { status, stderr } = await runCli(['probe', '--config', site(rules), 'x'], { toolkit });
      expect(status).to.equal(2);
      expect(stderr).to.include(message);
    });
  }

  it('does not keep the commands that mend it from running', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'own/vmcorekit'), { recursive: true });
    writeFileSync(join(folder, 'own/vmcorekit/.vmcorekitrc'), 'rulez: 1');
    const env = { XDG_CONFIG_HOME: join(folder, 'own') };
    expect((await runCli(['heuristics'], { toolkit, env })).status).to.equal(2);
    expect((await runCli(['heuristics', '--no-config'], { toolkit, env })).status).to.equal(0);
    expect((await runCli(['init'], { toolkit, env, folder })).status).to.equal(0);
  });

  it('is also to give a configuration and to forbid it', async () => {
    const { stderr } = await runCli(['heuristics', '--no-config', '--config', 'x'], { toolkit });
    expect(stderr).to.equal('vmcorekit: --config cannot be used with --no-config\n');
  });
});

describe('vmcorekit init and trust', () => {
  it('write a configuration, overwrite none, and let it count', async () => {
    const folder = emptyFolder();
    const env = { XDG_CONFIG_HOME: join(folder, 'own') };
    expect((await runCli(['init'], { toolkit, folder })).status).to.equal(0);
    const path = join(folder, 'vmcorekit.config.yaml');
    const before = await runCli(['config'], { toolkit, folder, env });
    expect(before.stderr).to.equal(
      `vmcorekit: ignored ${path}: not trusted; if it is yours: vmcorekit trust ${path}\n`,
    );
    expect((await runCli(['config', '--quiet'], { toolkit, folder, env })).stderr).to.equal('');
    expect(
      (await runCli(['trust', 'vmcorekit.config.yaml'], { toolkit, folder, env })).stdout,
    ).to.equal(`trusted ${path}\n`);
    const after = await runCli(['config'], { toolkit, folder, env });
    expect(after).to.include({ stderr: '' });
    expect(after.stdout).to.include(path).and.include('trusted');
    const again = await runCli(['init'], { toolkit, folder });
    expect(again.status).to.equal(2);
    expect(again.stderr).to.include('vmcorekit.config.yaml cannot be written: already exists');
    expect(readFileSync(path, 'utf8')).to.include('rules: []');
  });

  it('need a user’s folder', async () => {
    const { status, stderr } = await runCli(['trust', 'x'], { toolkit });
    expect({ status, stderr }).to.deep.equal({
      status: 2,
      stderr: 'vmcorekit: trust cannot be stored: set HOME or XDG_CONFIG_HOME, neither is set\n',
    });
  });
});

describe('probe with rules', () => {
  const dump = writeFakeDump({ kernels: [usualKernel], writtenBy: 'qemu' });

  it('runs the heuristics a rule names, those of origin always, and says so', async () => {
    const path = site(
      '  - { name: only-note, match: { writtenBy: qemu }, heuristics: [fake-note], timeLimit: 5 s }\n',
    );
    const { json } = await runCli(['probe', '--json', '--config', path, dump], { toolkit });
    const [answer] = json() as [
      { readonly notRun: readonly { readonly name: string; readonly because: string }[] },
    ];
    const sets = ['heuristics', 'timeLimitInMilliseconds'];
    expect(answer).to.have.deep.property('rules', [
      { name: 'only-note', file: path, line: 2, sets },
    ]);
    expect(answer).to.have.nested.property('origin.writtenBy', 'qemu');
    expect(answer.notRun).to.deep.include({
      name: 'fake-walk',
      because: `the rule 'only-note' (${path}:2) leaves it out`,
    });
    const { stdout } = await runCli(['probe', '--config', path, dump], {
      toolkit,
      env: { COLUMNS: '400' },
    });
    expect(stdout).to.match(
      /Rules\n.*\n +only-note +heuristics: fake-note; timeLimit: 5000 ms .*site\.yaml:2\n/,
    );
  });

  it('lets the command line win', async () => {
    const path = site('  - { name: only-note, heuristics: [fake-note] }\n');
    const { json } = await runCli(
      ['probe', '--json', '--config', path, '--only', 'fake-walk', dump],
      { toolkit },
    );
    const [answer] = json() as [{ readonly notRun: readonly { readonly name: string }[] }];
    expect(answer.notRun.map(({ name }) => name))
      .to.include('fake-note')
      .and.not.include('fake-walk');
  });

  it('takes phys_base from a rule as the user’s word, names the rule, and verifies it', async () => {
    const path = site('  - name: legacy-lab\n    physBase: 16 MiB\n');
    const { json } = await runCli(['probe', '--json', '--config', path, dump], { toolkit });
    expect(json()[0]).to.have.nested.property('kernel.physBase', usualKernel.physBase);
    expect(json()[0]).to.have.deep.property('rules', [
      { name: 'legacy-lab', file: path, line: 2, sets: ['physBase'] },
    ]);
    type Answer = {
      candidates: readonly {
        physBase: number;
        evidence: readonly { kind: string; because: string }[];
      }[];
    };
    const { candidates } = json()[0] as Answer;
    const named = candidates.find(({ physBase }) => physBase === 16 * 2 ** 20);
    const because = `given by the rule 'legacy-lab' (${path}:3)`;
    expect(named?.evidence.map((row) => [row.kind, row.because])).to.deep.equal([
      ['told', because],
    ]);
    const { stdout } = await runCli(['probe', '--config', path, dump], { toolkit });
    expect(stdout).to.include(because);
  });

  it('names the user if the command line gives another phys_base than a rule', async () => {
    const path = site('  - { name: legacy-lab, physBase: 16 MiB, kaslrOffset: 2 MiB }\n');
    const { stdout } = await runCli(['probe', '--config', path, '--phys-base', '32 MiB', dump], {
      toolkit,
    });
    expect(stdout).to.include('given by the user').and.not.include('given by the rule');
  });

  it('searches again if the kernel makes other rules apply, and names missing symbols', async () => {
    const path = site(
      "  - { name: debian, match: { release: '6.1.*' }, symbols: './System.map-{release}' }\n",
    );
    const { stdout } = await runCli(['probe', '--config', path, dump], { toolkit });
    expect(stdout).to.match(/not used: .*System\.map-6\.1\.0-56-cloud-amd64: no such file/);
  });

  it('says nothing of rules where there are none', async () => {
    const { stdout, json } = await runCli(['probe', '--json', dump], { toolkit });
    expect(stdout).to.not.include('"rules"');
    expect(json()).to.have.lengthOf(1);
  });
});
