import { startOf } from './iomem.ts';
import {
  configured,
  demandEqual,
  kernelRoot,
  knownSymbol,
  type LocationStatements,
  locationOf,
  noteHex,
  symbol,
} from './location.ts';
import type { KernelLocation } from './truth.ts';

/** ppc64's linear map, which holds the image too. */
const ppc64Window = 0xc000000000000000n;
/** loong64's cached window, and where its kernels are linked in it. */
const loong64Window = 0x9000000000000000n;
const loong64LinkAddress = loong64Window + 0x200000n;

/**
 * ppc64le: virtual is physical plus a constant. /proc/iomem names no kernel there, so VMCOREINFO's
 * `_stext` must agree with kallsyms. The tables map the image with a radix MMU only.
 */
export function locatePpc64(statements: LocationStatements): KernelLocation {
  const text = symbol(statements, '_stext');
  demandEqual('_stext', text, noteHex(statements, 'SYMBOL(_stext)') ?? text);
  const root = statements.mmu.includes('Radix') ? kernelRoot(statements) : null;
  const pagingLevels = root === null ? null : 4;
  return locationOf({ text, imageOffset: ppc64Window, kaslrOffset: null, root, pagingLevels });
}

/** loong64: the image lies in a window that needs no tables. */
export function locateLoong64(statements: LocationStatements): KernelLocation {
  const kernelCodeStart = startOf(statements.memoryMap, 'Kernel code');
  const text = knownSymbol(statements, '_text') ?? kernelCodeStart + loong64Window;
  demandEqual('the image offset', text - kernelCodeStart, loong64Window);
  return locationOf({
    text,
    imageOffset: loong64Window,
    kaslrOffset: text - loong64LinkAddress,
    root: null,
    pagingLevels: null,
  });
}

/**
 * arm: the image lies in the linear map, which begins with the first memory. The tables lie right
 * before it: `swapper_pg_dir` is `_text` minus their size. Source: Linux, arch/arm/kernel/head.S.
 */
export function locateArm(statements: LocationStatements): KernelLocation {
  const { memoryMap, configuration } = statements;
  const imageOffset =
    configured(statements, 'CONFIG_PAGE_OFFSET') - startOf(memoryMap, 'System RAM');
  const text = startOf(memoryMap, 'Kernel code') + imageOffset;
  demandEqual('_text', text, knownSymbol(statements, '_text') ?? text);
  const hasLongDescriptors = configuration.has('CONFIG_ARM_LPAE');
  const tablesInBytes = hasLongDescriptors ? 0x5000n : 0x4000n;
  return locationOf({
    text,
    imageOffset,
    kaslrOffset: null,
    root: text - tablesInBytes,
    pagingLevels: hasLongDescriptors ? 3 : 2,
  });
}
