import type { GdbFeature, GdbMachine, GdbRegister } from '../gdb-machine.ts';

/** The target description of a machine. Source: gdb's manual, "Target Description Format". */
export function machineDescription({ gdbArchitecture, features }: GdbMachine): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE target SYSTEM "gdb-target.dtd">',
    '<target version="1.0">',
    `<architecture>${gdbArchitecture}</architecture>`,
    ...features.flatMap(featureLines),
    '</target>',
    '',
  ].join('\n');
}

function featureLines({ name, types, registers }: GdbFeature): string[] {
  return [
    `<feature name="${name}">`,
    ...(types === undefined ? [] : [types]),
    ...registers.map(registerLine),
    '</feature>',
  ];
}

function registerLine({ name, bitSize, type, group }: GdbRegister): string {
  const facts = { name, bitsize: bitSize, type, group };
  const attributes = Object.entries(facts)
    .filter(([, fact]) => fact !== undefined)
    .map(([key, fact]) => ` ${key}="${fact}"`);
  return `<reg${attributes.join('')}/>`;
}

/** All registers of a machine, in the order of the `g` packet. */
export function registersIn({ features }: GdbMachine): GdbRegister[] {
  return features.flatMap(({ registers }) => registers);
}
