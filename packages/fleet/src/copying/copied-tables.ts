/** A table that moves with a fleet. */
export interface CopiedTable {
  readonly name: string;
  /** Of its primary key, in order. */
  readonly key: readonly string[];
  /** A column that says in what order the other database numbers the rows; else the key does. */
  readonly order?: string;
}

/** In an order in which each refers only to those before it. */
export const copiedTables: readonly CopiedTable[] = [
  { name: 'dump', key: ['identity'] },
  { name: 'place', key: ['files', 'dump'] },
  { name: 'job', key: ['id'] },
  { name: 'result', key: ['job'], order: 'number' },
  { name: 'watched', key: ['place'] },
  { name: 'sighting', key: ['place', 'path'] },
];
