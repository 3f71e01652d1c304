import { plugin as analyzers } from '@vmcorekit/analyzers';
import { defineAnalyzer } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { kernelCommand } from '../../dist/inspecting/kernel-command.js';
import { writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { runCli } from '../support/run-cli.ts';

const analyzer = defineAnalyzer({
  name: 'things',
  summary: 'the things',
  options: {
    which: { type: 'string', summary: 'only these', default: null },
    all: { type: 'boolean', summary: 'all of them', default: false },
    size: { type: 'size', summary: 'how much', default: 4096 },
    form: { type: 'string', summary: 'how', default: 'long', choices: ['long', 'short'] },
  },
  // biome-ignore lint/correctness/useYield: a command's shape needs no run
  *run() {
    return { text: [], data: null };
  },
});
const command = kernelCommand({
  analyzer,
  words: [{ name: 'THING', option: 'which', isOptional: true, isRepeatable: true }],
  letters: { all: 'a' },
  placeholders: { form: 'FORM' },
  details: ['Shows things.'],
  examples: ['vmcore'],
  answered: 'there are things',
  unanswered: 'there are none',
});

describe('kernelCommand', () => {
  it('has the options of the analyzer but those that are words', () => {
    const { options } = command;
    expect(Object.keys(options)).to.include.members([
      'all',
      'size',
      'form',
      'jsonl',
      'csv',
      'symbols',
    ]);
    expect(options).not.to.have.property('which');
    const { all, size, form } = options;
    expect(all).to.include({ short: 'a', summary: 'all of them' });
    expect(size).to.include({ placeholder: 'SIZE' });
    expect(form).to.deep.include({ placeholder: 'FORM', choices: ['long', 'short'] });
  });

  it('has the dump and the words for operands', () => {
    expect(command.operands.map(({ name }) => name)).to.deep.equal(['DUMP', 'THING']);
  });

  it('says what its exit statuses mean', () => {
    expect(command.exits).to.include({ 0: 'there are things', 1: 'there are none' });
  });

  describe('when it runs', () => {
    const toolkit = () => createToolkit([...fakeToolkit().registry.plugins, analyzers]);
    const path = writeFakeDump({});

    it('ends with 1 where the analyzer has no answer, and says why', async () => {
      const { status, stdout, stderr } = await runCli(['ps', path], { toolkit });
      expect(status).to.equal(1);
      expect(stdout + stderr).to.include('no tasks: no kernel was found in memory\n');
    });

    it('says why in JSON and on stderr as well', async () => {
      const { stdout, stderr } = await runCli(['ps', '--json', path], { toolkit });
      expect(JSON.parse(stdout)).to.deep.include({
        data: null,
        because: 'no tasks: no kernel was found in memory',
      });
      expect(stderr).to.equal(`vmcorekit: ${path}: no tasks: no kernel was found in memory\n`);
    });

    it('keeps stdout for the answer', async () => {
      const { status, stdout } = await runCli(['ps', '--csv', path], { toolkit });
      expect({ status, lines: stdout.trimEnd().split('\r\n').length }).to.deep.equal({
        status: 1,
        lines: 1,
      });
    });

    it('refuses an option that it has not', async () => {
      const { status, stderr } = await runCli(['ps', '--select', '1', path], { toolkit });
      expect(status).to.equal(2);
      expect(stderr).to.include('--select');
    });
  });
});
