import type { VirtualAddress } from '@vmcorekit/core';
import type { CallFrameBlock, CallFrameRule } from './call-frame.ts';
import type { SeenRules } from './seen-rules.ts';

/** Blocks in which single bytes have rules of their own; those of no block follow them. */
export function* withSeenRules(
  blocks: Iterable<CallFrameBlock>,
  seen: SeenRules,
): Generator<CallFrameBlock, void, void> {
  const addresses = [...seen.keys()];
  const left = new Map(seen);
  for (const block of blocks) {
    const { base, starts } = block;
    // The rules of a block may lie before its base.
    const start = base + BigInt(starts[0] ?? 0);
    const end = base + BigInt(starts.at(-1) ?? 0);
    const inside = addresses.filter((address) => start <= address && address < end);
    yield inside.length === 0 ? block : withRules(block, inside, left);
  }
  for (const [address, rule] of left) {
    yield { base: address, starts: [0, 1], rules: [rule] };
  }
}

/** Takes the rules that it places. */
function withRules(
  { base, starts, rules }: CallFrameBlock,
  inside: readonly VirtualAddress[],
  left: Map<VirtualAddress, CallFrameRule>,
): CallFrameBlock {
  const changed: { readonly starts: number[]; readonly rules: (CallFrameRule | undefined)[] } = {
    starts: [],
    rules: [],
  };
  const places = inside.map((address) => Number(address - base));
  let next = 0;
  for (const [index, rule] of rules.entries()) {
    let from = starts[index] ?? 0;
    const end = starts[index + 1] ?? from;
    for (; (places[next] ?? end) < end; next++) {
      const place = places[next] ?? end;
      const address = inside[next] ?? base;
      const own = left.get(address);
      if (place < from || own === undefined) {
        continue;
      }
      left.delete(address);
      if (place > from) {
        push(changed, from, rule);
      }
      push(changed, place, own);
      from = place + 1;
    }
    if (from < end) {
      push(changed, from, rule);
    }
  }
  return { base, starts: [...changed.starts, starts.at(-1) ?? 0], rules: changed.rules };
}

function push(
  { starts, rules }: { readonly starts: number[]; readonly rules: (CallFrameRule | undefined)[] },
  start: number,
  rule: CallFrameRule | undefined,
): void {
  starts.push(start);
  rules.push(rule);
}
