import { isVmcorekitError } from '@vmcorekit/core';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { wordsKernel } from './words-kernel.ts';

const names =
  'rd eval ascii btop ptob ptov pte set task struct list tree kmem search bt ps foreach'.split(' ');
const argument = fc.oneof(
  fc.constantFrom('-a', '-s', '-8', '-o', '-c', '-e', '-1', 'linux_banner', 'pointers', '10', 'bt'),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll(' ', '') || '0'),
  fc.bigInt(0n, 2n ** 64n - 1n).map((value) => value.toString(16)),
);

describe('words of crash with any arguments', () => {
  it('answer, or throw an error of vmcorekit', async () => {
    const { run } = wordsKernel();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(argument, { maxLength: 4 }),
        async (name, args) => {
          try {
            await run([name, ...args].join(' '));
          } catch (error) {
            expect(isVmcorekitError(error), String(error)).to.equal(true);
          }
        },
      ),
      { numRuns: propertyRuns(100) },
    );
  });

  it('print no control character of a dump', async () => {
    const { run, place, digits } = wordsKernel();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
        const at = BigInt(`0x${digits('pointers')}`);
        place.memory.write(Number(at - 0xffff888000000000n), bytes);
        for (const option of ['', '-a', '-8', '-s', '-d']) {
          const lines = await run(
            ['rd', ...(option === '' ? [] : [option]), 'pointers', '4'].join(' '),
          );
          expect(lines.join('')).to.match(/^[\x20-\x7e]*$/);
        }
      }),
      { numRuns: propertyRuns(20) },
    );
  });

  it('print no control character of the name of a task', async () => {
    const { run } = wordsKernel({ firstName: 'a\u202eb\x9b31m\x1b[2J' });
    for (const line of ['set 10', 'foreach 10 set', 'foreach 10 vm', 'task 10']) {
      const text = (await run(line)).join('');
      expect(text, line).to.match(/^[\x20-\x7e]*$/);
      expect(text, line).to.contain('COMMAND: "a\\u{202e}b\\x9b31m\\x1b[2J"');
    }
  });

  it('print no control character of the name of a page flag', async () => {
    const { run, kernel } = wordsKernel();
    const enumeration = () => new Map([['PG_\x1b[2J', 3n]]).set('__NR_PAGEFLAGS', 9n);
    Object.assign(kernel, { types: { enumeration } });
    for (const line of ['kmem -g', 'kmem -g 8']) {
      const text = (await run(line)).join('');
      expect(text, line).to.contain('\\x1b[2J');
      expect(text, line).to.match(/^[\x20-\x7e]*$/);
    }
  });
});
