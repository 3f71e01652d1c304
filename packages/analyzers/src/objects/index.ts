export { type ListItem, type ListReport, list } from './list.ts';
export { type PrintReport, print } from './print.ts';
export { type StructReport, struct } from './struct.ts';
export type { MemberData } from './struct-members.ts';
export { type WhatisAnswer, type WhatisReport, whatis } from './whatis.ts';
