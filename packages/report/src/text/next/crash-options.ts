import { hex, type LocatedKernel } from '@vmcorekit/core';

/** What crash needs to be given of a kernel; null for what the kernel's facts lack. */
type Options = (kernel: LocatedKernel) => readonly string[] | null;

/**
 * How crash of each architecture is given the place of a kernel that the file does not name.
 * Source: crash, x86_64.c, x86.c and arm64.c (`parse_cmdline_args`), s390x.c (`s390x_init`),
 * ppc64.c. The options of arm64 were tried with crash 8.0.6.
 */
const optionsByArchitecture: Readonly<Record<string, Options>> = {
  x86_64: ({ physBase, kaslrOffset }) => [
    ...(physBase === null ? [] : [`--machdep phys_base=${hex(physBase)}`]),
    ...kaslrOption(kaslrOffset),
  ],
  i386: ({ kaslrOffset }) => kaslrOption(kaslrOffset),
  arm64: ({ numbers, kaslrOffset }) => {
    const { kimage_voffset: voffset, phys_offset: start, vabits_actual: bits } = numbers;
    return voffset === undefined || start === undefined || bits === undefined
      ? null
      : [
          `--machdep kimage_voffset=${hex(voffset)},phys_offset=${hex(start)},vabits_actual=${bits}`,
          ...kaslrOption(kaslrOffset),
        ];
  },
  // crash finds the kernel by itself: in the lowcore, and at the start of the linear map.
  s390x: () => [],
  ppc64: () => [],
};

/**
 * The options with which crash opens a dump that does not say where the kernel lies. Null where no
 * option can say it, so that only a repaired file helps: riscv64, arm, loongarch64.
 */
export function crashOptions(
  architecture: string | null,
  kernel: LocatedKernel,
): readonly string[] | null {
  return optionsByArchitecture[architecture ?? '']?.(kernel) ?? null;
}

function kaslrOption(kaslrOffset: number | null): readonly string[] {
  return kaslrOffset === null ? [] : [`--kaslr=${hex(kaslrOffset)}`];
}
