import type { Kernel, StructType, TypeTable } from '@vmcorekit/core';
import { type FoundTypes, foundTypes, judgedTypes, tasksOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import { at } from '../tasks/task-kernel.ts';
import { UntypedKernel } from './untyped-kernel.ts';

/** The types of a kernel, in which members of task_struct are at other places. */
function forged(types: TypeTable, places: Readonly<Record<string, bigint>>): TypeTable {
  return {
    ...types,
    from: 'BTF',
    struct(name) {
      const struct = types.struct(name);
      return name !== 'task_struct' || struct === undefined ? struct : moved(struct, places);
    },
  };
}

function moved(struct: StructType, places: Readonly<Record<string, bigint>>): StructType {
  return {
    ...struct,
    from: 'BTF',
    member(path) {
      const member = struct.member(path);
      const place = places[path];
      return member === undefined || place === undefined
        ? member
        : { ...member, from: 'BTF', offsetInBytes: Number(place) };
    },
  };
}

const noTypes: TypeTable = {
  from: 'no types',
  remarks: [],
  struct: () => undefined,
  enumeration: () => undefined,
};

function judged(made: UntypedKernel, places: Readonly<Record<string, bigint>>): Kernel {
  const kernel = made.kernel();
  const types = forged(kernel.types, places);
  const found = foundTypes({ ...kernel, types: noTypes }, types);
  return { ...kernel, types: judgedTypes(types, found) };
}

const shown = (kernel: Kernel) =>
  tasksOf(kernel).tasks.map(({ pid, tgid, comm, kernelThread }) => [pid, tgid, comm, kernelThread]);

describe('judgedTypes', () => {
  it('leave types as they are that the tasks bear out', () => {
    const made = new UntypedKernel();
    const kernel = judged(made, {});
    expect(shown(kernel)).to.deep.equal(shown(made.kernel()));
    expect(kernel.types.struct('task_struct')?.from).to.equal('BTF');
    expect(kernel.types.remarks).to.deep.equal([]);
  });

  for (const [path, place] of [
    ['tasks', at.children],
    ['comm', at.priority],
    ['pid', at.tgid],
    ['thread.sp', at.rssCounts],
    ['real_parent', at.groupLeader],
  ] as const) {
    it(`do not show the tasks of types with a forged place of ${path}`, () => {
      const made = new UntypedKernel();
      const kernel = judged(made, { [path]: place });
      expect(shown(kernel)).to.deep.equal(shown(made.kernel()));
      const type = kernel.types.struct('task_struct');
      expect(type?.member(path)?.offsetInBytes).to.equal(
        made.kernel().types.struct('task_struct')?.member(path)?.offsetInBytes,
      );
      expect(kernel.types.remarks[0]).to.match(
        new RegExp(`^this dump has task_struct\\.${path.replace('.', '\\.')} at .* BTF has it at`),
      );
    });
  }

  it('say nothing of a kernel whose tasks do not show where their members are', () => {
    const made = new UntypedKernel();
    const { heap } = made.tasks;
    for (const { values } of tasksOf(made.kernel()).tasks) {
      heap.put(values.stack, 0n);
    }
    const kernel = judged(made, { pid: at.tgid });
    expect(kernel.types.struct('task_struct')?.member('pid')?.offsetInBytes).to.equal(
      Number(at.tgid),
    );
    expect(kernel.types.remarks).to.deep.equal([]);
  });

  it('look at no other place where each member is where the types have it', () => {
    const made = new UntypedKernel();
    const reads = (places?: Readonly<Record<string, bigint>>): number => {
      const kernel = made.kernel();
      const { memory } = kernel;
      const tryRead = memory.tryRead.bind(memory);
      let count = 0;
      memory.tryRead = (address, length) => {
        count++;
        return tryRead(address, length);
      };
      const types = places && forged(kernel.types, places);
      foundTypes({ ...kernel, types: noTypes }, types).proved('task_struct');
      return count;
    };
    expect(reads({})).to.be.lessThan(reads() / 2);
    expect(reads({ pid: at.tgid })).to.be.at.least(reads());
  });

  it('judge once, and only what is asked for', () => {
    const made = new UntypedKernel();
    const kernel = made.kernel();
    let searches = 0;
    const found = foundTypes({ ...kernel, types: noTypes });
    const counting: FoundTypes = {
      ...found,
      proved(name) {
        searches++;
        return found.proved(name);
      },
    };
    const types = judgedTypes(forged(kernel.types, {}), counting);
    types.struct('pid');
    expect(searches).to.equal(0);
    types.struct('task_struct');
    types.struct('signal_struct');
    types.struct('task_struct');
    expect(searches).to.equal(2);
  });
});
