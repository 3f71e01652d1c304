import { type Kernel, printable } from '@vmcorekit/core';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable } from './read-variable.ts';

type Source = Pick<Kernel, 'memory' | 'symbols' | 'types'>;

/** DMI texts come from firmware, and are short. */
const maxTextInBytes = 256;

/** The machine's maker and model, as its firmware says. */
export function machineModelOf(kernel: Source): Fact<string> {
  return dmiText(kernel, ['DMI_SYS_VENDOR', 'DMI_PRODUCT_NAME', 'DMI_PRODUCT_VERSION']);
}

/** The firmware's maker, version and date. */
export function firmwareOf(kernel: Source): Fact<string> {
  return dmiText(kernel, ['DMI_BIOS_VENDOR', 'DMI_BIOS_VERSION', 'DMI_BIOS_DATE']);
}

/**
 * The texts of some fields of `dmi_ident`, as dmesg prints them. Not proved where the firmware has
 * none of them. Source: Linux, include/linux/mod_devicetable.h (enum dmi_field),
 * drivers/firmware/dmi_scan.c (`dmi_ident`, pointers to texts).
 */
function dmiText(kernel: Source, fields: readonly string[]): Fact<string> {
  const { memory } = kernel;
  return readVariable(kernel, ['dmi_ident'], (address, name): Fact<string> => {
    const places = kernel.types.enumeration('dmi_field');
    if (places === undefined) {
      return notProved(`no types of the kernel say which text of ${name} is which`);
    }
    const texts = fields.flatMap((field) => {
      const place = places.get(field);
      const text =
        place === undefined
          ? 0n
          : memory.readPointer(address + place * BigInt(memory.wordSizeInBits / 8));
      return text === 0n ? [] : [memory.readText(text, maxTextInBytes).trim()];
    });
    const said = texts.filter((text) => text !== '');
    return said.length === 0
      ? notProved('the firmware gave the kernel no such texts')
      : proved(said.join(', '), name);
  });
}

/**
 * The processor's name for itself, as /proc/cpuinfo has it. Source: Linux,
 * arch/x86/include/asm/processor.h (struct cpuinfo_x86, `boot_cpu_data`).
 */
export function cpuModelOf(kernel: Source): Fact<string> {
  return readVariable(kernel, ['boot_cpu_data'], (address, name): Fact<string> => {
    const member = kernel.types.struct('cpuinfo_x86')?.member('x86_model_id');
    if (member === undefined) {
      return notProved(`no types of the kernel say where ${name} has its model`);
    }
    const at = address + BigInt(member.offsetInBytes);
    const model = kernel.memory.readText(at, member.sizeInBytes ?? maxTextInBytes).trim();
    return model === '' || printable(model) !== model
      ? notProved(`${name} holds no name of a processor`)
      : proved(model, name);
  });
}

const prefix = 'X86_HYPER_';

/**
 * The hypervisor that the kernel found itself on, by the kernel's word for it: `kvm`, `vmware`,
 * `ms_hyperv`, …; `none` where it found none, as under QEMU without KVM. Source: Linux,
 * arch/x86/include/asm/hypervisor.h (enum x86_hypervisor_type, `x86_hyper_type`, since 4.15).
 */
export function hypervisorOf(kernel: Source): Fact<string> {
  return readVariable(kernel, ['x86_hyper_type'], (address, name): Fact<string> => {
    const value = BigInt(kernel.memory.readInt32(address));
    for (const [word, each] of kernel.types.enumeration('x86_hypervisor_type') ?? []) {
      if (each === value && word.startsWith(prefix)) {
        const type = word.slice(prefix.length).toLowerCase();
        return proved(type === 'native' ? 'none' : type, name);
      }
    }
    return notProved(`${name} holds ${value}, and no types of the kernel name that`);
  });
}
