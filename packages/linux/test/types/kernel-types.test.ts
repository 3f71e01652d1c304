import {
  plainType,
  type TypeSource,
  type TypeTable,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import { btfTypes, kernelTypes, vmcoreInfoTypes } from '@vmcorekit/linux';
import { structsBtf } from '@vmcorekit/testing';
import { expect } from 'chai';

const info =
  'SIZE(page)=64\nOFFSET(page.flags)=0\nOFFSET(page.lru)=8\nOFFSET(list_head.next)=0\nSIZE(nodemask_t)=128\n';

/** BTF with the same structures, and one more. */
function btf(
  page: Readonly<Record<string, number>> = { flags: 0, lru: 8, mapping: 24 },
): TypeSource & { opened: number } {
  const source = {
    name: 'the BTF of the test',
    opened: 0,
    open(): TypeTable {
      source.opened++;
      const bytes = structsBtf({
        page: { size: 64, members: page },
        list_head: { size: 16, members: { next: 0, prev: 8 } },
        task_struct: { size: 128, members: { pid: 16 } },
      });
      return btfTypes(bytes, { wordSizeInBits: 64 });
    },
  };
  return source;
}

function typesOf(text: string, ...others: readonly TypeSource[]): TypeTable {
  return kernelTypes(vmcoreInfoTypes(new VmcoreInfo(text)), others);
}

describe('the types of a kernel', () => {
  it('are those that VMCOREINFO states, and no other source is opened for these', () => {
    const richer = btf();
    const types = typesOf(info, richer);
    const page = types.struct('page');
    expect([page?.name, page?.from, page?.sizeInBytes]).to.deep.equal(['page', 'VMCOREINFO', 64]);
    const lru = page?.member('lru');
    expect([lru?.name, lru?.from, lru?.offsetInBytes, lru?.bits]).to.deep.equal([
      'lru',
      'VMCOREINFO',
      8,
      null,
    ]);
    expect([richer.opened, types.from]).to.deep.equal([0, 'VMCOREINFO']);
  });

  it('are completed by the first other source that can be opened', () => {
    const broken: TypeSource = {
      name: 'the first BTF',
      open() {
        throw new VmcorekitError('unsupported', {
          what: 'there is none',
          advice: 'look elsewhere',
        });
      },
    };
    const [richer, spare] = [btf(), btf()];
    const types = typesOf(info, broken, richer, spare);
    const page = types.struct('page');
    const mapping = page?.member('mapping');
    expect([mapping?.from, mapping?.offsetInBytes]).to.deep.equal(['BTF', 24]);
    expect([page?.member('lru')?.sizeInBytes, page?.member('lru')?.type?.kind]).to.deep.equal([
      1,
      'integer',
    ]);
    expect([types.struct('list_head')?.sizeInBytes, types.struct('list_head')?.from]).to.deep.equal(
      [16, 'BTF'],
    );
    expect(types.struct('task_struct')?.member('pid')?.offsetInBytes).to.equal(16);
    expect([richer.opened, spare.opened, types.from]).to.deep.equal([1, 0, 'VMCOREINFO and BTF']);
    expect([types.struct('none'), page?.member('none'), types.enumeration('none')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect([richer.opened, spare.opened]).to.deep.equal([1, 1]);
    expect(types.remarks).to.deep.equal([
      'the first BTF cannot be read: there is none: look elsewhere',
    ]);
  });

  it('are completed by a stand-in only where no other source can be opened', () => {
    const stated = vmcoreInfoTypes(new VmcoreInfo(info));
    const none: TypeSource = {
      name: 'the BTF',
      open() {
        throw new VmcorekitError('unsupported', { what: 'there is none', advice: 'give a file' });
      },
    };
    const standIn: TypeTable = {
      from: 'found in memory',
      remarks: ['it was found'],
      struct: (name) => ({
        name,
        from: 'found in memory',
        sizeInBytes: 7,
        member: () => undefined,
      }),
      enumeration: () => undefined,
    };
    const without = kernelTypes(stated, [none], { standIn });
    expect(without.struct('file')?.from).to.equal('found in memory');
    expect(without.remarks.at(-1)).to.equal('it was found');
    expect(kernelTypes(stated, [none, btf()], { standIn }).struct('file')).to.equal(undefined);
    expect(kernelTypes(stated, [btf(), none], { standIn }).struct('file')).to.equal(undefined);
  });

  it('find a type by its name in C, in a source that has only structures', () => {
    const table: TypeTable = {
      from: 'ISF',
      remarks: [],
      struct: (name) => {
        const struct = btf().open().struct(name);
        return name === 'page' ? struct : undefined;
      },
      enumeration: (name) => (name === 'zone' ? new Map([['DMA', 0n]]) : undefined),
    };
    const types = typesOf('', { name: 'the ISF', open: () => table });
    const shown = ['struct page *', 'page', 'unsigned long [3]', 'enum zone', 'const char *'].map(
      (name) => [types.type?.(name)?.text, types.type?.(name)?.sizeInBytes],
    );
    expect(shown).to.deep.equal([
      ['struct page *', 8],
      ['struct page', 64],
      ['unsigned long [3]', 24],
      ['enum zone', 4],
      ['const char *', 8],
    ]);
    for (const name of ['union page', 'struct none', 'pid_t', 'void', 'int (', 'enum page']) {
      expect(types.type?.(name), name).to.equal(undefined);
    }
    expect(types.type?.('void *')?.text).to.equal('void *');
  });

  it('take nothing of a structure where the sources disagree, and say so once', () => {
    const types = typesOf(info, btf({ flags: 0, lru: 16, mapping: 24 }));
    const page = types.struct('page');
    expect(page?.member('mapping')).to.equal(undefined);
    expect([page?.member('lru')?.offsetInBytes, page?.member('lru')?.type]).to.deep.equal([
      8,
      null,
    ]);
    expect(types.struct('page')?.member('mapping')).to.equal(undefined);
    expect(types.struct('task_struct')?.sizeInBytes).to.equal(128);
    expect(types.remarks).to.deep.equal([
      'VMCOREINFO has page.lru at 8 where BTF has 16: of struct page nothing is taken from BTF',
    ]);
    const sizes = typesOf(info.replace('SIZE(page)=64', 'SIZE(page)=56'), btf());
    expect(sizes.struct('page')?.member('mapping')).to.equal(undefined);
    expect(sizes.remarks).to.deep.equal([
      'VMCOREINFO has the size of page as 56 where BTF has 64: of struct page nothing is taken from BTF',
    ]);
  });

  it('are not taken from a later source where an earlier one has several of a name', () => {
    const tableOf = (fields: Partial<TypeTable>): TypeSource => ({
      name: 'a source',
      open: () => ({
        from: 'SOURCE',
        remarks: [],
        struct: () => undefined,
        enumeration: () => undefined,
        ...fields,
      }),
    });
    const several = tableOf({ hasSeveral: (name) => name === 'task_struct' });
    const types = typesOf('', several, btf());
    expect(types.struct('task_struct')).to.equal(undefined);
    expect(types.struct('page')?.sizeInBytes).to.equal(64);
    const known = plainType({ kind: 'function' }, 8);
    const variable = { from: 'x', type: known, section: null, offsetInSection: null };
    const typed = tableOf({ variableType: (name) => ({ name, ...variable }) });
    expect(typesOf('', btf(), typed).variableType?.('modules')?.type).to.equal(known);
    expect(typesOf('', btf()).variableType?.('modules')).to.equal(undefined);
  });

  it('pass on how C writes them, but no structure that is contradicted', () => {
    const types = typesOf(info, btf());
    const page = types.struct('page');
    expect([page?.kind, page?.members?.().map(({ name }) => name)]).to.deep.equal([
      'struct',
      ['flags', 'lru', 'mapping'],
    ]);
    expect(page?.member('lru')?.declared?.declare('lru')).to.equal('unsigned char lru');
    expect(types.type?.('unsigned char')?.sizeInBytes).to.equal(1);
    expect(types.type?.('struct page *')?.text).to.equal('struct page *');
    expect(types.type?.('struct task_struct')?.sizeInBytes).to.equal(128);
    expect([types.functionType?.('none'), types.variableType?.('none')]).to.deep.equal([
      undefined,
      undefined,
    ]);
    const contradicted = typesOf(info, btf({ flags: 0, lru: 16, mapping: 24 }));
    expect(contradicted.type?.('struct page')).to.equal(undefined);
    expect(contradicted.struct('page')?.members?.()).to.deep.equal([]);
    expect(contradicted.type?.('struct task_struct')?.sizeInBytes).to.equal(128);
  });

  it('say what the richer source says about itself', () => {
    const remark = 'BTF is read only in part: a page is lost';
    const types = typesOf('', {
      name: 'BTF',
      open: () => ({
        from: 'BTF',
        remarks: [remark],
        struct: () => undefined,
        enumeration: () => undefined,
      }),
    });
    expect(types.remarks).to.deep.equal([]);
    expect(types.type?.('pid_t')).to.equal(undefined);
    expect(types.remarks).to.deep.equal([remark]);
  });

  it('pass on what fails for another reason than the source', () => {
    const types = typesOf('', {
      name: 'BTF',
      open() {
        throw new VmcorekitError('io', { file: 'vmcore', because: 'the disk has gone' });
      },
    });
    expect(() => types.struct('page')).to.throw('the disk has gone');
  });
});
