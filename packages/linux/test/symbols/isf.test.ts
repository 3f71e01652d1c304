import { BufferSource, type SymbolTable, type TypeTable, VmcorekitError } from '@vmcorekit/core';
import { isf } from '@vmcorekit/linux';
import { buildIsf, headOf, type IsfSpec } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const text = 0xffffffff81000000n;
const banner = 'Linux version 6.1.0-57-test (builder@host) #1 SMP';
const int = { kind: 'base', name: 'int' };
const list = { kind: 'struct', name: 'list_head' };
const kernel: IsfSpec = {
  banner,
  symbols: {
    _text: { address: text },
    startup_64: { address: text },
    linux_banner: { address: text + 0x100n },
    init_task: { address: text + 0x1001n, type: { kind: 'struct', name: 'task_struct' } },
    _end: { address: text + 0x2000n },
    fixed_percpu_data: { address: 0n },
    runqueues: { address: 0x2f00n },
  },
  enums: {
    zone_type: { size: 4, base: 'unsigned int', constants: { ZONE_DMA: 0, ZONE_LAST: -1 } },
    unnamed_7: { size: 4, base: 'unsigned int', constants: { ONE: 1 } },
  },
  user_types: {
    list_head: {
      kind: 'struct',
      size: 16,
      fields: {
        next: { type: { kind: 'pointer', subtype: list }, offset: 0 },
        prev: { type: { kind: 'pointer', subtype: list }, offset: 8 },
      },
    },
    task_struct: {
      kind: 'struct',
      size: 64,
      fields: {
        tasks: { type: list, offset: 0 },
        comm: {
          type: { kind: 'array', count: 16, subtype: { kind: 'base', name: 'char' } },
          offset: 16,
        },
        unnamed_field_0: {
          type: { kind: 'union', name: 'unnamed_1' },
          offset: 32,
          anonymous: true,
        },
        flag: {
          type: { kind: 'bitfield', bit_length: 3, bit_position: 13, type: int },
          offset: 40,
        },
        zone: { type: { kind: 'enum', name: 'zone_type' }, offset: 44 },
        call: { type: { kind: 'pointer', subtype: { kind: 'function' } }, offset: 48 },
        beyond: { type: int, offset: 62 },
      },
    },
    unnamed_1: {
      kind: 'union',
      size: 8,
      fields: { pid: { type: int, offset: 0 }, tgid: { type: int, offset: 4 } },
    },
  },
};

function open(bytes: Uint8Array): SymbolTable {
  return isf.open(new BufferSource(bytes, 'kernel.json'));
}

function typesOf(spec: IsfSpec): TypeTable {
  const { types } = open(buildIsf(spec));
  if (types === undefined) {
    throw new Error('it has no types');
  }
  return types.open();
}

describe('an ISF file', () => {
  it('is claimed by its first key, and no other JSON is', () => {
    const spaced = new TextEncoder().encode('\n { "user_types" : {} }');
    expect(isf.probe(headOf(buildIsf(kernel)))?.because).to.equal(
      "JSON that begins with 'metadata'",
    );
    expect(isf.probe(headOf(spaced))?.because).to.equal("JSON that begins with 'user_types'");
    for (const other of ['{"name": 1}', '{"metadata": 1}', '[]', '']) {
      expect(isf.probe(headOf(new TextEncoder().encode(other))), other).to.equal(undefined);
    }
  });

  it('gives symbols at link addresses of 64 bits, and the banner in its base64', () => {
    const table = open(buildIsf(kernel));
    expect([table.from, table.addresses, table.size]).to.deep.equal(['kernel.json', 'link', 7]);
    expect(table.banner).to.equal(banner);
    expect(table.find('init_task')?.address).to.equal(0xffffffff81001001n);
    expect(table.find('runqueues')?.address).to.equal(0x2f00n);
    expect([table.find('none'), table.find('_text', 'ext4')]).to.deep.equal([undefined, undefined]);
    expect([...table].map(({ name }) => name)).to.deep.equal([
      'runqueues',
      '_text',
      'startup_64',
      'linux_banner',
      'init_task',
      '_end',
    ]);
  });

  it('takes no address for the address 0, which is what a type without a place gets', () => {
    expect(open(buildIsf(kernel)).find('fixed_percpu_data')).to.equal(undefined);
  });

  it('finds the symbol that holds an address of the kernel, as the kernel names it', () => {
    const table = open(buildIsf(kernel));
    expect(table.at(text + 8n)?.name).to.equal('startup_64');
    expect(table.at(text + 8n)?.sizeInBytes).to.equal(0x100);
    expect(table.at(text + 0x1001n, 'return')?.name).to.equal('linux_banner');
    expect(table.at(text + 0x1001n)?.name).to.equal('init_task');
    expect([table.at(0x2f00n), table.at(text + 0x2000n)]).to.deep.equal([undefined, undefined]);
  });

  it('gives structures with the members of nameless ones in them, and paths', () => {
    const task = typesOf(kernel).struct('task_struct');
    expect([task?.name, task?.from, task?.sizeInBytes]).to.deep.equal([
      'task_struct',
      'ISF of kernel.json',
      64,
    ]);
    const offsets = ['tasks.prev', 'comm', 'pid', 'tgid', 'zone', 'call'].map(
      (path) => task?.member(path)?.offsetInBytes,
    );
    expect(offsets).to.deep.equal([8, 16, 32, 36, 44, 48]);
    expect(task?.member('comm')?.sizeInBytes).to.equal(16);
    expect(task?.member('comm')?.type?.kind).to.equal('array');
    expect(task?.member('call')?.type).to.deep.include({ kind: 'pointer' });
    const next = task?.member('tasks.next')?.type;
    expect(next?.kind === 'pointer' && next.to?.kind).to.equal('struct');
    expect(task?.member('zone')?.type).to.deep.equal({
      kind: 'enumeration',
      name: 'zone_type',
      sizeInBytes: 4,
    });
    expect(
      ['none', 'pid.x', '', 'tasks.', 'unnamed_field_0'].map((path) => task?.member(path)),
    ).to.deep.equal([undefined, undefined, undefined, undefined, undefined]);
  });

  it('places a bit-field at the byte of its first bit', () => {
    const flag = typesOf(kernel).struct('task_struct')?.member('flag');
    expect([flag?.offsetInBytes, flag?.sizeInBytes, flag?.bits]).to.deep.equal([
      41,
      1,
      { firstBit: 5, sizeInBits: 3 },
    ]);
  });

  it('knows no bit-field of a big-endian machine, and no member beyond its structure', () => {
    const big = typesOf({ ...kernel, pointer: { endian: 'big' } }).struct('task_struct');
    expect([big?.member('flag'), big?.member('beyond')]).to.deep.equal([undefined, undefined]);
    expect(big?.member('pid')?.offsetInBytes).to.equal(32);
  });

  it('gives enumerations, but nothing by the name of a nameless one', () => {
    const types = typesOf(kernel);
    expect([...(types.enumeration('zone_type') ?? [])]).to.deep.equal([
      ['ZONE_DMA', 0n],
      ['ZONE_LAST', -1n],
    ]);
    expect([types.enumeration('unnamed_7'), types.struct('unnamed_1')]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it('gives the types of variables', () => {
    const types = typesOf(kernel);
    const type = types.variableType?.('init_task')?.type.type;
    expect(type?.kind === 'struct' && type.struct.name).to.equal('task_struct');
    expect(types.variableType?.('init_task')?.type.declare('init_task')).to.equal(
      'struct task_struct init_task',
    );
    expect(types.variableType?.('_text')).to.equal(undefined);
    expect(types.variableType?.('none')).to.equal(undefined);
  });

  it('ends the search through a structure that nests itself without a name', () => {
    const self = { type: { kind: 'struct', name: 'loop' }, offset: 0, anonymous: true };
    const fields = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, self]));
    const loop = typesOf({ user_types: { loop: { kind: 'struct', size: 8, fields } } });
    expect(loop.struct('loop')?.member('none')).to.equal(undefined);
  });

  it('says what breaks it, and where', () => {
    const failureOf = (json: string): string => {
      try {
        open(new TextEncoder().encode(json));
      } catch (error) {
        return (error as Error).message;
      }
      return 'opened';
    };
    expect(failureOf('{"base_types": {"pointer": {"size": 8}}}')).to.equal(
      "ISF at 0x0: user_types is 'nothing', wanted an object",
    );
    expect(failureOf('{"base_types": {}, "user_types": {}}')).to.equal(
      "ISF at 0x0: base_types.pointer.size is 'undefined', wanted 4 or 8",
    );
    expect(failureOf('{"base_types": {"pointer": {"size": 8}')).to.match(
      /^ISF at 0x26: JSON is 'the end', wanted ',' or '\}'$/,
    );
    expect(failureOf('{"base_types": {"pointer": {"size": ?}}, "user_types": {}}')).to.match(
      /^ISF at 0x24: JSON is '\?.*', wanted a value$/,
    );
    expect(failureOf('{"base_types" 1}')).to.include("wanted ':'");
    expect(failureOf('{"metadata": "x')).to.include('wanted a string that ends');
  });

  it('finds its entries around any other JSON', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 })),
        fc.constantFrom(0, 2),
        (fields, indent) => {
          const json = JSON.stringify(
            {
              base_types: { pointer: { size: 8 } },
              user_types: {},
              symbols: { a: { address: 1, type: { kind: 'x', fields } }, b: { address: 2 } },
            },
            null,
            indent,
          );
          const table = open(new TextEncoder().encode(json));
          expect([table.find('a')?.address, table.find('b')?.address]).to.deep.equal([1n, 2n]);
        },
      ),
    );
  });

  it('opens damaged bytes and answers, or throws one of its errors', () => {
    const whole = buildIsf(kernel);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) {
          bytes[at] = value;
        }
        try {
          const table = open(bytes);
          const types = table.types?.open();
          expect(types?.struct('task_struct')?.member('tasks.next')?.type).to.not.equal(0);
          types?.enumeration('zone_type');
          types?.variableType?.('init_task');
          expect([...table].length).to.be.at.most(table.size);
        } catch (error) {
          expect(error).to.be.instanceOf(VmcorekitError);
        }
      }),
    );
  });
});
