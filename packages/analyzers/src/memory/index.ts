export { kmem } from './kmem.ts';
export type {
  KmemArea,
  KmemCache,
  KmemCounter,
  KmemFigure,
  KmemNode,
  KmemPage,
  KmemReport,
  KmemSwap,
  KmemZone,
} from './kmem-report.ts';
