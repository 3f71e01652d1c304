import type { PanicTruth } from '../truth/panic-trace.ts';
import { type Comparison, compareField } from './difference.ts';

/** What `vmcorekit analyze panic-signature --json` must hold for a comparison. */
export interface SignatureAnswer {
  readonly data: {
    readonly kind: string | null;
    readonly signature: { readonly text: string; readonly hash: string | null } | null;
  } | null;
}

/**
 * The signature of each cause, on every kernel: guests of one cause must fall in one group, those
 * of different causes in different ones.
 */
const causes: readonly { readonly guests: RegExp; readonly kind: string; readonly text: string }[] =
  [
    {
      guests: /^(?:panic-sysrq|kdump-load)-/,
      kind: 'sysrq',
      text: 'sysrq triggered crash | sysrq_handle_crash < handle_sysrq < write_sysrq_trigger < sys_write',
    },
    {
      guests: /^panic-irq-/,
      kind: 'sysrq',
      text: 'sysrq triggered crash | sysrq_handle_crash < handle_sysrq < serial8250_handle_irq < serial8250_default_handle_irq < serial8250_interrupt',
    },
    { guests: /^panic-nmi-/, kind: 'nmi', text: 'NMI: Not continuing' },
  ];

/** Compares a guest's signature with that of its cause. One that did not panic has none. */
export function compareSignature(
  guest: string,
  { data }: SignatureAnswer,
  panic: PanicTruth | undefined,
): Comparison {
  const cause = causes.find(({ guests }) => guests.test(guest));
  const running = panic === undefined ? { kind: 'running', text: 'none' } : undefined;
  const truth = cause ?? running;
  const text = data?.signature?.text ?? 'none';
  const differences = [
    ...compareField('signature', 'kind', truth?.kind, data?.kind),
    ...compareField('signature', 'text', truth?.text, text),
    ...(cause !== undefined && data?.signature?.hash == null
      ? [{ subject: 'signature', field: 'hash', truth: 'one', answer: 'none' }]
      : []),
  ];
  return { compared: truth === undefined ? 0 : 1, excluded: [], differences };
}
