import { btfTypes, definitionOf } from '@vmcorekit/linux';
import { type BtfTypeSpec, buildBtf } from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

const types: readonly BtfTypeSpec[] = [
  { kind: 'INT', name: 'int', size: 4, isSigned: true },
  {
    kind: 'STRUCT',
    name: 'list_head',
    size: 16,
    members: [
      { name: 'next', type: 3, offsetInBits: 0 },
      { name: 'prev', type: 3, offsetInBits: 64 },
    ],
  },
  { kind: 'PTR', type: 2 },
  { kind: 'UNION', size: 8, members: [{ name: 'pid', type: 1, offsetInBits: 0 }] },
  { kind: 'ARRAY', type: 1, nelems: 4 },
  { kind: 'CONST', type: 5 },
  { kind: 'TYPEDEF', name: 'four_t', type: 6 },
  {
    kind: 'STRUCT',
    name: 'task',
    size: 48,
    isFlagged: true,
    members: [
      { name: 'flags', type: 1, offsetInBits: 0, sizeInBits: 5 },
      { name: 'tasks', type: 2, offsetInBits: 64 },
      { type: 4, offsetInBits: 192 },
      { name: 'four', type: 7, offsetInBits: 256 },
    ],
  },
  { kind: 'ENUM', name: 'state', values: { RUNNING: 0n, GONE: 0xffffffffn } },
  { kind: 'ENUM64', name: 'wide', isFlagged: true, values: { TOP: 1n << 63n } },
  { kind: 'FUNC_PROTO', type: 3, parameters: [{ name: 'list', type: 3 }, { type: 0 }] },
  { kind: 'TYPEDEF', name: 'task_t', type: 8 },
  { kind: 'FUNC', name: 'show', type: 11 },
  { kind: 'VAR', name: 'current_one', type: 3 },
  { kind: 'DATASEC', name: '.data..percpu', variables: [{ type: 14, offset: 8, size: 8 }] },
];
const typeNames = ['int', 'four_t', 'task_t *', 'struct list_head[2]', 'enum wide', 'void *'];
const paths = ['flags', 'tasks', 'tasks.prev', 'pid', 'four', 'none'];

export const btf: FuzzTarget = {
  name: 'btf',
  summary: 'the types that a kernel keeps about itself',
  seeds: () => [
    buildBtf({ types }),
    buildBtf({ types, byteOrder: 'big' }),
    buildBtf({
      types: [...types, { kind: 77, vlen: 1, body: new Uint8Array(12) }],
      headerSizeInBytes: 40,
      layout: { 77: [4, 8] },
    }),
  ],
  run(bytes) {
    const table = btfTypes(bytes, { wordSizeInBits: 64 });
    const found: string[] = [];
    for (const name of ['task', 'task_t', 'list_head', 'four_t']) {
      const struct = table.struct(name);
      for (const path of struct === undefined ? [] : paths) {
        const member = struct?.member(path);
        if (member !== undefined) {
          const end = member.offsetInBytes + (member.sizeInBytes ?? 0);
          must(end <= (struct?.sizeInBytes ?? 0), 'a member lies beyond its structure');
          found.push(`${path}:${member.type?.kind}`);
        }
      }
    }
    const values = ['state', 'wide'].map((name) => table.enumeration(name)?.size);
    const task = table.struct('task');
    const lines = task === undefined ? 0 : definitionOf(task).length;
    const named = typeNames.map((name) => table.type?.(name)?.text.length);
    const show = table.functionType?.('show');
    const rest = [show?.type.text, show?.prototype.isVariadic, table.variableType?.('current_one')];
    const words = [lines, ...named, ...rest.map((each) => each !== undefined)];
    return `${found.join(' ')} ${values.join(' ')} ${words.join(' ')}`;
  },
};
