export { kmem } from './kmem.ts';
export type {
  KmemArea,
  KmemCache,
  KmemCounter,
  KmemFigure,
  KmemNode,
  KmemReport,
  KmemSwap,
  KmemZone,
} from './kmem-report.ts';
