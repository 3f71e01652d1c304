import type { Kernel } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { type BtfTypeSpec, buildBtf } from '@vmcorekit/testing';
import { addressOf, kernelWith, words } from '../system/kernel-with.ts';

/** The first variable of the kernel, and what lies in it: see `task` below. */
export const initTask = addressOf(0);
const mm = addressOf(1);
const lost = addressOf(2);

/** A kernel's types, by their ids: the first has 1. */
export const types: readonly BtfTypeSpec[] = [
  { kind: 'INT', name: 'int', size: 4, isSigned: true },
  { kind: 'INT', name: 'char', size: 1, isSigned: true },
  { kind: 'INT', name: 'long unsigned int', size: 8 },
  { kind: 'ARRAY', type: 2, nelems: 16 },
  {
    kind: 'STRUCT',
    name: 'list_head',
    size: 16,
    members: [
      { name: 'next', type: 6, offsetInBits: 0 },
      { name: 'prev', type: 6, offsetInBits: 64 },
    ],
  },
  { kind: 'PTR', type: 5 },
  {
    kind: 'STRUCT',
    name: 'mm_struct',
    size: 16,
    members: [
      { name: 'pgd', type: 3, offsetInBits: 0 },
      { name: 'users', type: 1, offsetInBits: 64 },
    ],
  },
  { kind: 'PTR', type: 7 },
  { kind: 'ENUM', name: 'color', isFlagged: false, values: { RED: 0n, GREEN: 1n } },
  { kind: 'ARRAY', type: 1, nelems: 3 },
  {
    kind: 'UNION',
    size: 8,
    members: [
      { name: 'word', type: 3, offsetInBits: 0 },
      { name: 'half', type: 1, offsetInBits: 0 },
    ],
  },
  {
    kind: 'STRUCT',
    name: 'task_struct',
    size: 104,
    isFlagged: true,
    members: [
      { name: 'pid', type: 1, offsetInBits: 0 },
      { name: 'on', type: 1, offsetInBits: 32, sizeInBits: 3 },
      { name: 'color', type: 9, offsetInBits: 8 * 8 },
      { name: 'ages', type: 10, offsetInBits: 12 * 8 },
      { name: 'comm', type: 4, offsetInBits: 24 * 8 },
      { name: 'tasks', type: 5, offsetInBits: 40 * 8 },
      { name: 'mm', type: 8, offsetInBits: 56 * 8 },
      { name: 'lost', type: 8, offsetInBits: 64 * 8 },
      { name: 'none', type: 8, offsetInBits: 72 * 8 },
      { name: 'title', type: 13, offsetInBits: 80 * 8 },
      { name: 'any', type: 14, offsetInBits: 88 * 8 },
      { type: 11, offsetInBits: 96 * 8 },
    ],
  },
  { kind: 'PTR', type: 2 },
  { kind: 'PTR', type: 0 },
  { kind: 'INT', name: 'unsigned int', size: 4 },
  { kind: 'TYPEDEF', name: 'pid_t', type: 1 },
];

/** A task with pid −7, whose list leads to itself, and a page that the dump lacks. */
export function smallKernel(): Kernel {
  const task = new Uint8Array(104);
  const view = new DataView(task.buffer);
  view.setInt32(0, -7, true);
  view.setUint8(4, 0b110);
  view.setUint32(8, 1, true);
  for (const [index, age] of [3, 4, -5].entries()) {
    view.setInt32(12 + 4 * index, age, true);
  }
  task.set(new TextEncoder().encode('init\0rest'), 24);
  const tasks = initTask + 40n;
  task.set(words(tasks, tasks, mm, lost, 0n, initTask + 24n, mm), 40);
  view.setBigUint64(96, 0xffff_ffff_ffff_fffen, true);
  return kernelWith(
    {
      init_task: task,
      mm: words(0x1000n, 2n),
      lost: null,
      nr_threads: words(9n),
      modules: words(),
    },
    { types: btfTypes(buildBtf({ types }), { wordSizeInBits: 64 }) },
  );
}
