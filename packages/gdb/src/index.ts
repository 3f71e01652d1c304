export type { GdbFeature, GdbMachine, GdbRegister } from './gdb-machine.ts';
export type { GdbExecFile, GdbTarget, GdbThread, Interruption } from './gdb-target.ts';
export { KernelTarget } from './kernel-target.ts';
export { gdbMachineOf, gdbMachines } from './machines/all.ts';
export { maxPacketLength } from './protocol/limits.ts';
export { GdbSession } from './session.ts';
export { execFileOf } from './symbol-file/exec-file.ts';
export { type SymbolFileReport, symbolFile, symbolFileSteps } from './symbol-file/symbol-file.ts';
