import { translationJson, translationReport } from '@vmcorekit/report';
import { parseAddressOperand } from '../arguments/address-operand.ts';
import { checkDumpFirst } from '../arguments/dump-first.ts';
import { type Command, defineCommand } from '../command.ts';
import { addressSpaceOptionTable, virtualAddressOf } from '../dumps/address-space-option.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { noAnswer, reportError } from '../terminal/report-error.ts';

export const translate: Command = defineCommand({
  operands: [
    { name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' },
    { name: 'VADDR' },
  ],
  options: addressSpaceOptionTable,
  details: [
    'Walks the page tables of the kernel in the dump, of a CPU, or of a process, to the virtual ' +
      'address VADDR. Shows every entry, the physical address, the access rights, and whether the dump holds ' +
      'that page.',
    'VADDR may be a symbol of the kernel, with or without an offset: linux_banner, ' +
      'init_task+0x10. Several DUMPs are the parts of one split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'the address is mapped',
    1: 'the address is not mapped, or there are no page tables for it',
  },
  examples: ['vmcore 0xffffffff81000000', 'vmcore phys_base', '--cpu 1 vmcore 0x7f0000001000'],
  async run(invocation) {
    const { io, global, options, operands } = invocation;
    checkDumpFirst('translate', operands, invocation.here);
    const operand = parseAddressOperand(operands.at(-1) ?? '', 'VADDR');
    return await withDump(invocation, operands.slice(0, -1), async (dump) => {
      const found = await virtualAddressOf(invocation, options, dump, operand, 'VADDR');
      if ('because' in found) {
        return noAnswer(io, global.json, dump, found);
      }
      const { space, address: virtualAddress } = found;
      try {
        const translation = space.translate(virtualAddress);
        const { memory } = dump.image;
        const { physicalAddress } = translation;
        const pageState = memory.pageState(Math.floor(physicalAddress / memory.pageSizeInBytes));
        const [piece] = memory.pieces(physicalAddress, physicalAddress + 1);
        const byteState = piece?.state ?? 'absent';
        const symbol = (await found.symbols()).at(virtualAddress) ?? null;
        const answer = {
          dump,
          virtualAddress,
          symbol,
          root: space.root,
          translation,
          pageState,
          byteState,
        };
        await writeAnswer(
          invocation,
          () => translationJson(answer),
          (style) => translationReport(answer, style),
        );
        return exitStatus.answered;
      } catch (error) {
        return reportError(io, error, {
          json: global.json,
          debug: global.debug,
          files: dump.files,
        });
      }
    });
  },
});
