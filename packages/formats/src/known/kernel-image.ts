import { type DumpFormat, firstOf, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * A kernel as boot loaders take it: bzImage, arm64's Image, an EFI zboot image. Source: Linux,
 * Documentation/arch/x86/boot.rst, Documentation/arch/arm64/booting.rst,
 * drivers/firmware/efi/libstub/zboot-header.S.
 */
export const kernelImage: DumpFormat = signatureFormat({
  name: 'kernel-image',
  summary: 'a Linux kernel image (vmlinuz), not a dump',
  advice:
    'give the dump; beside it, --symbols takes this image, for types, or the System.map or vmlinux',
  holds: 'no-memory',
  probe: firstOf(magicAt(0x202, 'HdrS'), magicAt(0x38, 'ARM\x64'), magicAt(4, 'zimg')),
});
