import { hex, type TranslationRoot, VmcorekitError } from '@vmcorekit/core';
import type { Arm64Shape } from './shape.ts';
import { kernelShapes, lpaeShape, userShapes } from './shape.ts';

/** A root of arm64's tables. Its key holds all that its shape depends on. */
export interface Arm64Root extends TranslationRoot {
  readonly tableAddress: number;
  readonly levels: number;
  readonly addressBits: number;
}

const shapesByName: ReadonlyMap<string, Arm64Shape> = new Map(
  [...kernelShapes, ...userShapes, lpaeShape].map((shape) => [nameOf(shape), shape]),
);

export function arm64Root(tableAddress: number, shape: Arm64Shape): Arm64Root {
  const { levels, addressBits, granuleBits, half } = shape;
  const pages = `${2 ** (granuleBits - 10)} KiB pages`;
  return {
    key: `${tableAddress}/${nameOf(shape)}`,
    summary: `${levels}-level tables of ${pages} for ${addressBits} bits at ${hex(tableAddress)}${half === 'user' ? ', for programs' : ''}`,
    basePageSizeInBytes: 2 ** granuleBits,
    tableAddress,
    levels,
    addressBits,
  };
}

/** Programs use pages and addresses of the kernel's sizes (TG0 and T0SZ as TG1 and T1SZ). */
export function programRootAt(tableAddress: number, kernelRoot: TranslationRoot): Arm64Root {
  return arm64Root(tableAddress, { ...shapeOf(kernelRoot).shape, half: 'user' });
}

/** A root and its shape. Throws `contract` for a root of another processor. */
export function shapeOf(root: TranslationRoot): {
  readonly shape: Arm64Shape;
  readonly tableAddress: number;
} {
  const shape = shapesByName.get(root.key.slice(root.key.indexOf('/') + 1));
  if (root.tableAddress === null || shape === undefined) {
    throw new VmcorekitError('contract', { what: `${root.summary}: not a root of arm64` });
  }
  return { shape, tableAddress: root.tableAddress };
}

/** Equal for equal shapes: `kernel/4K/52/lpa2`. */
function nameOf({ half, granuleBits, addressBits, outputBits }: Arm64Shape): string {
  return `${half}/${2 ** (granuleBits - 10)}K/${addressBits}${outputBits === 'lpa2' ? '/lpa2' : ''}`;
}
