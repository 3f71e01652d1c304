import { hex, type Kernel, printable } from '@vmcorekit/core';
import { deviceTreeModelOf } from './device-tree.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable } from './read-variable.ts';

type Source = Pick<Kernel, 'memory' | 'symbols' | 'types'>;

/** DMI texts come from firmware, and are short. */
const maxTextInBytes = 256;

/** The machine's maker and model, as its firmware says: by DMI, else by the device tree. */
export function machineModelOf(kernel: Source): Fact<string> {
  const dmi = dmiText(kernel, ['DMI_SYS_VENDOR', 'DMI_PRODUCT_NAME', 'DMI_PRODUCT_VERSION']);
  const tree = dmi.value === null ? deviceTreeModelOf(kernel) : dmi;
  return tree.value === null ? dmi : tree;
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
 * The processor's name for itself, as /proc/cpuinfo has it; on arm64 the numbers of its maker and
 * part. Source: Linux, arch/x86/include/asm/processor.h (struct cpuinfo_x86, `boot_cpu_data`),
 * arch/arm64/kernel/cpuinfo.c (struct cpuinfo_arm64, MIDR_EL1).
 */
export function cpuModelOf(kernel: Source): Fact<string> {
  return readVariable(kernel, ['boot_cpu_data'], (address, name): Fact<string> => {
    const register = kernel.types.struct('cpuinfo_arm64')?.member('reg_midr');
    if (register !== undefined) {
      const midr = kernel.memory.readUint32(address + BigInt(register.offsetInBytes));
      return midr === 0 ? notProved(`${name} holds no processor`) : proved(midrText(midr), name);
    }
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

/** Fields of MIDR_EL1. Source: Arm ARM, DDI 0487, D19.2 (MIDR_EL1, Main ID Register). */
function midrText(midr: number): string {
  const [implementer, variant, part] = [midr >>> 24, (midr >>> 20) & 0xf, (midr >>> 4) & 0xfff];
  return `implementer ${hex(implementer)}, part ${hex(part)}, variant ${hex(variant)}, revision ${midr & 0xf}`;
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
