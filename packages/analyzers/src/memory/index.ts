export { kmem } from './kmem.ts';
export type {
  KmemCounter,
  KmemFigure,
  KmemNode,
  KmemReport,
  KmemZone,
} from './kmem-report.ts';
