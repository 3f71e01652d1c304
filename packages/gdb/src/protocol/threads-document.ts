import type { GdbThread } from '../gdb-target.ts';

/** The threads as gdb reads them. Source: gdb's manual, "Thread List Format". */
export function threadsDocument(threads: readonly GdbThread[]): string {
  const lines = threads.map(({ id, name, details, cpu }) => {
    const core = cpu === null ? '' : ` core="${cpu}"`;
    return `<thread id="${id.toString(16)}"${core} name="${xml(name)}">${xml(details)}</thread>`;
  });
  return ['<?xml version="1.0"?>', '<threads>', ...lines, '</threads>', ''].join('\n');
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
