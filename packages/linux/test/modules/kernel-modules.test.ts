import type { KernelModule } from '@vmcorekit/core';
import { type FoundModules, modulesOf } from '@vmcorekit/linux';
import { type ModuleForm, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Guest, guestWith } from './guest.ts';

const forms: readonly ModuleForm[] = ['6.1', '6.12', '7.3'];
const three = [{ name: 'one' }, { name: 'two' }, { name: 'three' }] as const;

function namesOf(modules: Iterable<Pick<KernelModule, 'name'>>): string[] {
  return Array.from(modules, ({ name }) => name);
}

/** As /proc/modules prints it. */
function line({ name, sizeInBytes, uses, usedBy, state, base }: KernelModule): string {
  return `${name} ${sizeInBytes} ${uses} ${usedBy?.join(',')} ${state} ${base?.toString(16)}`;
}

function memberOf({ kernel }: Guest, member: string): bigint {
  return BigInt(kernel.types.struct('module')?.member(member)?.offsetInBytes ?? 0);
}

describe('the modules of a kernel', () => {
  for (const form of forms) {
    it(`have the build ID that their notes, else their sections lead to (Linux ${form})`, () => {
      const buildId = Uint8Array.of(0x12, 0x34);
      const guest = guestWith(
        [
          { name: 'by_notes', buildId },
          { name: 'by_sections', buildId, hasNotes: false },
          { name: 'without' },
        ],
        { form },
      );
      // Where the notes are known, the sections are not read.
      guest.put((guest.addresses[0] ?? 0n) + memberOf(guest, 'sect_attrs'), 0n);
      const { modules } = modulesOf(guest.kernel);
      expect(modules.map((each) => each.buildId)).to.deep.equal(['1234', '1234', null]);
    });

    it(`are those of its list, as /proc/modules shows them (Linux ${form})`, () => {
      const guest = guestWith(
        [
          { name: 'ext4', textInBytes: 8192, refcount: 3, usedBy: [1] },
          { name: 'mbcache', state: 1, taints: 0x3001n, buildId: Uint8Array.of(0xab, 0xcd) },
        ],
        { form },
      );
      const { modules, hidden, remarks } = modulesOf(guest.kernel);
      const [first, second] = guest.texts.map((text) => text.toString(16));
      // The older form counts everything from text to data.
      const sizes = guest.texts.map((text, index) =>
        form === '6.1' ? Number((guest.data[index] ?? 0n) - text) + 4096 : [12288, 8192][index],
      );
      expect([...modules].map(line)).to.deep.equal([
        `ext4 ${sizes[0]} 2 mbcache live ${first}`,
        `mbcache ${sizes[1]} 0  coming ${second}`,
      ]);
      expect(modules.map(({ taints, buildId }) => [taints, buildId])).to.deep.equal([
        ['', null],
        ['POE', 'abcd'],
      ]);
      expect(modules.map(({ memory }) => memory.map(({ kind }) => kind))).to.deep.equal(
        form === '6.1'
          ? [
              ['text', 'rodata', 'data'],
              ['text', 'rodata', 'data'],
            ]
          : [
              ['text', 'data'],
              ['text', 'data'],
            ],
      );
      expect([hidden, remarks]).to.deep.equal([[], []]);
      expect(modules[0]?.seenBy).to.deep.equal(['modules', 'kset', 'text', 'btf']);
    });
  }

  it('include one that is not in the list, and say that it hides', () => {
    for (const form of forms) {
      const guest = guestWith(
        [{ name: 'one' }, { name: 'rootkit', missingIn: ['modules', 'kset'] }, { name: 'three' }],
        { form },
      );
      const { modules, hidden } = modulesOf(guest.kernel);
      expect(namesOf(modules)).to.deep.equal(['one', 'three', 'rootkit']);
      expect(hidden.map(({ module, reason }) => [module.name, reason])).to.deep.equal([
        ['rootkit', 'hidden'],
      ]);
      expect(hidden[0]?.because).to.equal(
        'the tree of code (mod_tree) and the list of types (btf_modules) have it, and the list of modules is whole without it',
      );
      expect(modules[2]?.doubts).to.deep.equal([hidden[0]?.because]);
      expect(modules[2]?.seenBy).to.deep.equal(['text', 'btf']);
    }
  });

  it('are doubted where sysfs does not show a live one', () => {
    const { kernel } = guestWith([
      { name: 'one', missingIn: ['kset'] },
      { name: 'two', state: 1, missingIn: ['kset'] },
    ]);
    expect(modulesOf(kernel).modules.map(({ doubts }) => doubts)).to.deep.equal([
      ['module_kset does not have it'],
      [],
    ]);
  });

  it('outside the list may be leaving, be new, or lie where the list is torn', () => {
    const reasons = (found: FoundModules) => found.hidden.map(({ reason }) => reason);
    const leaving = guestWith([{ name: 'one' }, { name: 'two', state: 2, missingIn: ['modules'] }]);
    expect(reasons(modulesOf(leaving.kernel))).to.deep.equal(['unloading']);
    const fresh = guestWith([{ name: 'one' }, { name: 'two', state: 3, missingIn: ['modules'] }]);
    expect(reasons(modulesOf(fresh.kernel))).to.deep.equal(['loading']);
    const torn = guestWith(three);
    const [first = 0n, second = 0n] = torn.addresses;
    torn.put(first + memberOf(torn, 'list'), 0xdead000000000100n);
    torn.put(second + memberOf(torn, 'list'), 0xdead000000000100n, 0xdead000000000122n);
    const found = modulesOf(torn.kernel);
    expect(namesOf(found.modules)).to.deep.equal(['one', 'three', 'two']);
    expect(reasons(found)).to.deep.equal(['torn']);
    expect(found.remarks.join('\n')).to.include('modules: at');
  });

  it('in one view alone are no modules where nothing of them is one', () => {
    const guest = guestWith(three);
    const tree = guest.kernel.symbols.find('mod_tree')?.address ?? 0n;
    const entry = guest.kernel.memory.readPointer(tree + 8n) - 8n;
    guest.put(entry, guest.texts[0] ?? 0n);
    const { modules, hidden, remarks } = modulesOf(guest.kernel);
    expect(namesOf(modules)).to.deep.equal(['one', 'two', 'three']);
    expect(hidden).to.deep.equal([]);
    expect(remarks).to.have.lengthOf(1);
    expect(remarks[0]).to.match(/^text: at 0x[0-9a-f]+ lies no module: its name cannot be read/);
  });

  it('are named as far as they can be read', () => {
    const guest = guestWith(three);
    guest.put((guest.addresses[1] ?? 0n) + memberOf(guest, 'mkobj.mod'), 0x1234n);
    guest.put((guest.addresses[2] ?? 0n) + memberOf(guest, 'state'), 77n);
    const { modules } = modulesOf(guest.kernel);
    expect(modules.map(({ state }) => state)).to.deep.equal(['live', 'live', null]);
    expect(modules.map(({ doubts }) => doubts)).to.deep.equal([
      [],
      ['its own kobject names another module, at 0x1234', 'module_kset does not have it'],
      ['its state is a number that none has'],
    ]);
  });

  it('have a doubt where their own kobject has another name', () => {
    // One flipped bit in its name made a module another one.
    const guest = guestWith(three);
    const [first = 0n, second = 0n] = guest.addresses;
    const place = memberOf(guest, 'mkobj.kobj.name');
    guest.put(first + place, first + memberOf(guest, 'name'));
    guest.put(second + place, first + memberOf(guest, 'name'));
    const { modules } = modulesOf(guest.kernel);
    expect(modules.map(({ doubts }) => doubts)).to.deep.equal([
      [],
      ['its own kobject calls it one'],
      [],
    ]);
  });

  it('have a doubt where their memory begins on no page', () => {
    // One bit of a dump had changed, and nothing said so.
    const guest = guestWith(three, { form: '6.12' });
    const place = (guest.addresses[1] ?? 0n) + memberOf(guest, 'mem');
    guest.put(place, guest.kernel.memory.readPointer(place) ^ 0x200n);
    const { modules } = modulesOf(guest.kernel);
    expect(modules[1]?.doubts.join()).to.match(
      /^its text memory at 0x[0-9a-f]+ begins on no page$/,
    );
    expect(modules[2]?.doubts).to.deep.equal([]);
  });

  it('are not known without types or their list, and the error says what helps', () => {
    const { kernel } = guestWith(three);
    const blind = testKernel({ dump: kernel.dump, memory: kernel.memory, symbols: kernel.symbols });
    expect(() => modulesOf(blind)).to.throw(/'struct module'.*give a vmlinux/);
    const unnamed = guestWith(three, { unnamed: ['modules'] });
    expect(() => modulesOf(unnamed.kernel)).to.throw(/do not name modules/);
  });

  it('are found by the views that a kernel has', () => {
    const { kernel } = guestWith(three, { unnamed: ['mod_tree', 'btf_modules'] });
    const { modules, views, remarks } = modulesOf(kernel);
    expect(namesOf(modules)).to.deep.equal(['one', 'two', 'three']);
    expect(views).to.deep.equal(['modules', 'kset']);
    expect(remarks).to.deep.equal([]);
  });

  it('are found without a view that leads nowhere, and a remark says so', () => {
    const guest = guestWith(three);
    guest.put(guest.kernel.symbols.find('module_kset')?.address ?? 0n, 0x1000n);
    const { modules, views, remarks } = modulesOf(guest.kernel);
    expect(namesOf(modules)).to.deep.equal(['one', 'two', 'three']);
    expect(views).to.deep.equal(['modules', 'kset', 'text', 'btf']);
    expect(remarks[0]).to.match(/^module_kset: at 0x1000, the head 0x1000 cannot be read/);
  });

  it('end, and are bounded, whatever the memory holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...forms),
        fc.array(fc.tuple(fc.nat(0x6000), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 }),
        fc.boolean(),
        (form, damage, isPointer) => {
          const guest = guestWith(three, { form });
          const used = guest.endOffset - 0x1000;
          for (const [at, value] of damage) {
            const address = 0xffffffffc0001000n + BigInt(Math.floor((at % used) / 8) * 8);
            guest.put(address, isPointer ? 0xffffffffc0000000n + (value % 0x80000n) : value);
          }
          const { modules } = modulesOf(guest.kernel);
          for (const { buildId, memory } of modules) {
            expect(buildId === null || /^[0-9a-f]*$/.test(buildId)).to.equal(true);
            expect(memory.length).to.be.lessThan(8);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
