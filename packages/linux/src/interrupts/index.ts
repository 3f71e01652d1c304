export type { Interrupt, InterruptHandler, Interrupts, SoftInterrupt } from './interrupt.ts';
export { readInterrupts } from './read-interrupts.ts';
