import type { Kernel } from '@vmcorekit/core';
import { moduleDetails, modulesOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import { base, guestWith } from './guest.ts';

const at = (offset: number) => base + BigInt(offset);
/** Operations of parameters, and what they print. */
const operations = {
  param_ops_int: at(0x100),
  param_ops_bool: at(0x120),
  param_ops_charp: at(0x140),
  param_ops_hexint: at(0x160),
  param_array_ops: at(0x180),
  own_ops: at(0x1a0),
  param_get_ushort: at(0x1c0),
  strange_ops: at(0x1e0),
  strange_get: at(0x200),
};

describe('the details of a module', () => {
  it('are its version, arguments, sections and parameters, as sysfs shows them', () => {
    for (const form of ['6.1', '6.12', '7.3'] as const) {
      const parameters = [
        ['count', operations.param_ops_int, 0x300],
        ['enabled', operations.param_ops_bool, 0x308],
        ['mode', operations.param_ops_charp, 0x310],
        ['flags', operations.param_ops_hexint, 0x318],
        ['irqs', operations.param_array_ops, 0x340],
        ['limited', operations.own_ops, 0x320],
        ['strange', operations.strange_ops, 0x320],
      ] as const;
      const guest = guestWith(
        [
          {
            name: 'loop',
            version: '1.2',
            args: 'max_loop=8',
            sections: { '.text': at(0x2000), '.data': at(0x3000) },
            parameters: parameters.map(([name, ops, argument]) => ({
              name,
              operations: ops,
              argument: at(argument),
            })),
          },
        ],
        { form, symbols: operations },
      );
      guest.put(at(0x300), -5n, 1n, at(0x330), 0x2an, 7n);
      guest.put(at(0x330), 0x6b6369_7571n);
      // struct kparam_array: two of at most four, of four bytes each.
      guest.put(at(0x340), 4n | (4n << 32n), at(0x368), operations.param_ops_int, at(0x370));
      guest.put(at(0x368), 2n, 3n | (9n << 32n));
      guest.put(operations.own_ops, 0n, 0n, operations.param_get_ushort);
      guest.put(operations.strange_ops, 0n, 0n, operations.strange_get);
      const [module] = modulesOf(guest.kernel).modules;
      const details = moduleDetails(guest.kernel, module ?? expect.fail('no module'));
      expect(details.version).to.equal('1.2');
      expect(details.srcversion).to.equal(null);
      expect(details.args).to.equal('max_loop=8');
      expect(details.sections).to.deep.equal([
        { name: '.text', address: at(0x2000) },
        { name: '.data', address: at(0x3000) },
      ]);
      expect(
        details.parameters?.map(({ name, type, value }) => `${name} ${type} ${value}`),
      ).to.deep.equal([
        'count int -5',
        'enabled bool Y',
        'mode charp quick',
        'flags hexint 0x00002a',
        'irqs array of int 3,9',
        'limited ushort 7',
        'strange strange_ops null',
      ]);
    }
  });

  it('are null where the types of sections and parameters are lost, and not empty', () => {
    const parameters = [{ name: 'one', operations: 0n, argument: 0n }];
    for (const form of ['6.1', '6.12', '7.3'] as const) {
      const guest = guestWith([{ name: 'loop', sections: { '.text': base }, parameters }], {
        form,
      });
      const { types } = guest.kernel;
      const lost = (name: string) => name === 'module_sect_attrs' || name === 'kernel_param';
      const kernel: Kernel = {
        ...guest.kernel,
        types: {
          from: 'BTF',
          remarks: [],
          struct: (name) => (lost(name) ? undefined : types.struct(name)),
          enumeration: (name) => types.enumeration(name),
        },
      };
      const [module] = modulesOf(kernel).modules;
      const details = moduleDetails(kernel, module ?? expect.fail('no module'));
      expect([details.sections, details.parameters], form).to.deep.equal([null, null]);
    }
  });

  it('are null where their memory is lost', () => {
    const parameters = [{ name: 'one', operations: 0n, argument: 0n }];
    const guest = guestWith([{ name: 'loop', version: '1', parameters }]);
    const [module] = modulesOf(guest.kernel).modules;
    const lost = module ?? expect.fail('no module');
    guest.lose(lost.address);
    const { version, parameters: read, sections, symbols } = moduleDetails(guest.kernel, lost);
    expect([version, read, sections, symbols]).to.deep.equal([null, null, null, null]);
  });
});
