import { btfTypes } from '@vmcorekit/linux';
import { structsBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  cpuModelOf,
  firmwareOf,
  hypervisorOf,
  machineModelOf,
} from '../../dist/system/hardware.js';
import { addressOf, kernelWith, words } from './kernel-with.ts';

const types = btfTypes(
  structsBtf(
    { cpuinfo_x86: { size: 72, members: { x86_model_id: [8, { bytes: 8 }] } } },
    {
      dmi_field: {
        DMI_NONE: 0n,
        DMI_BIOS_VENDOR: 1n,
        DMI_BIOS_VERSION: 2n,
        DMI_SYS_VENDOR: 3n,
        DMI_PRODUCT_NAME: 4n,
      },
      x86_hypervisor_type: { X86_HYPER_NATIVE: 0n, X86_HYPER_KVM: 5n },
    },
  ),
  { wordSizeInBits: 64 },
);
const text = (value: string) => new TextEncoder().encode(`${value}\0`);
const words32 = (value: number) => new Uint8Array(Int32Array.of(value).buffer);

describe('the hardware of a machine', () => {
  const dmi = {
    dmi_ident: words(0n, addressOf(1), 0n, addressOf(2), addressOf(3)),
    bios: text('SeaBIOS '),
    vendor: text('QEMU'),
    product: text('Standard PC (i440FX)'),
  };

  it('has the model and the firmware that DMI names, without what it lacks', () => {
    const kernel = kernelWith(dmi, { types });
    expect(machineModelOf(kernel)).to.deep.equal({
      value: 'QEMU, Standard PC (i440FX)',
      from: 'dmi_ident',
    });
    expect(firmwareOf(kernel).value).to.equal('SeaBIOS');
  });

  it('is not proved where no types say which text is which, or there is none', () => {
    expect(machineModelOf(kernelWith(dmi))).to.have.property(
      'because',
      'no types of the kernel say which text of dmi_ident is which',
    );
    const none = kernelWith({ dmi_ident: words(0n, 0n, 0n, 0n, 0n) }, { types });
    expect(firmwareOf(none)).to.have.property(
      'because',
      'the firmware gave the kernel no such texts',
    );
  });

  it('has the name of the processor, unless its bytes print no name', () => {
    const cpu = (bytes: Uint8Array) => cpuModelOf(kernelWith({ boot_cpu_data: bytes }, { types }));
    expect(cpu(text('12345678QEMU CPU'))).to.deep.equal({
      value: 'QEMU CPU',
      from: 'boot_cpu_data',
    });
    expect(cpu(text('12345678\x1b[7m')).value).to.equal(null);
    expect(cpu(words(0n, 0n, 0n)).value).to.equal(null);
  });

  it('has on arm64 the numbers of the maker and the part of the processor', () => {
    const arm = btfTypes(
      structsBtf({ cpuinfo_arm64: { size: 16, members: { reg_midr: [8, { bytes: 8 }] } } }),
      { wordSizeInBits: 64 },
    );
    const cpu = (midr: bigint) =>
      cpuModelOf(kernelWith({ boot_cpu_data: words(0n, midr) }, { types: arm }));
    expect(cpu(0x410f_d083n).value).to.equal(
      'implementer 0x41, part 0xd08, variant 0x0, revision 3',
    );
    expect(cpu(0n).value).to.equal(null);
  });

  it('has the model that the device tree names, where DMI has none', () => {
    const tree = btfTypes(
      structsBtf({
        device_node: { size: 8, members: { properties: [0, 'pointer'] } },
        property: {
          size: 32,
          members: {
            name: [0, 'pointer'],
            length: [8, { bytes: 4 }],
            value: [16, 'pointer'],
            next: [24, 'pointer'],
          },
        },
      }),
      { wordSizeInBits: 64 },
    );
    const variables = (next: bigint) => ({
      of_root: words(addressOf(1)),
      node: words(addressOf(2)),
      first: words(addressOf(4), 17n, addressOf(5), next),
      second: words(addressOf(6), 6n, addressOf(7), 0n),
      first_name: text('compatible'),
      first_value: text('linux,dummy-virt'),
      second_name: text('model'),
      second_value: text('Board'),
    });
    const model = (next: bigint) => machineModelOf(kernelWith(variables(next), { types: tree }));
    expect(model(0n)).to.deep.equal({ value: 'linux,dummy-virt', from: 'of_root' });
    expect(model(addressOf(3)).value).to.equal('Board');
    // A list that leads back ends.
    expect(model(addressOf(2)).value).to.equal('linux,dummy-virt');
  });

  it('has the hypervisor by the word of the kernel', () => {
    const on = (value: number) =>
      hypervisorOf(kernelWith({ x86_hyper_type: words32(value) }, { types }));
    expect([on(5), on(0)]).to.deep.equal([
      { value: 'kvm', from: 'x86_hyper_type' },
      { value: 'none', from: 'x86_hyper_type' },
    ]);
    expect(on(77)).to.have.property(
      'because',
      'x86_hyper_type holds 77, and no types of the kernel name that',
    );
  });
});
