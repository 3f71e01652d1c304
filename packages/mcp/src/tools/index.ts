import type { Toolkit } from '@vmcorekit/engine';
import { analyzeTool } from './analyze.ts';
import { describe } from './describe.ts';
import { find } from './find.ts';
import { kernelTools } from './kernel-tools.ts';
import { probe } from './probe.ts';
import { readMemory } from './read-memory.ts';
import type { Tool } from './tool.ts';
import { translate } from './translate.ts';

/** Every tool about a dump, in the order that triage uses them. */
export function toolsOf(toolkit: Pick<Toolkit, 'registry'>): readonly Tool[] {
  return [
    probe,
    describe,
    ...kernelTools(toolkit),
    readMemory,
    translate,
    find,
    analyzeTool(toolkit),
  ];
}
