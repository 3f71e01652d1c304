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
