import { type CMembers, cBtf } from './c-types.ts';

const common: Readonly<Record<string, CMembers>> = {
  list_head: ['void *next', 'void *prev'],
  rb_node: ['u64 __rb_parent_color', 'void *rb_right', 'void *rb_left'],
  rb_root: ['void *rb_node'],
  latch_tree_node: ['struct rb_node node[2]'],
  latch_tree_root: ['u32 seq', 'struct rb_root tree[2]'],
  mod_tree_node: ['void *mod', 'struct latch_tree_node node'],
  mod_tree_root: ['struct latch_tree_root root', 'u64 addr_min', 'u64 addr_max'],
  kset: ['struct list_head list'],
  kobject: ['void *name', 'struct list_head entry', 'void *parent'],
  module_kobject: ['struct kobject kobj', 'void *mod'],
  module_use: ['struct list_head source_list', 'struct list_head target_list', 'void *source'],
  btf_module: ['struct list_head list', 'void *module'],
  atomic_t: ['s32 counter'],
  attribute: ['void *name'],
  bin_attribute: ['struct attribute attr', 'u64 size', 'void *private'],
  mod_kallsyms: ['void *symtab', 'u32 num_symtab', 'void *strtab', 'void *typetab'],
  kernel_param_ops: ['u32 flags', 'void *set', 'void *get'],
  kernel_param: ['void *name', 'void *mod', 'void *ops', 'u16 perm', 'void *arg'],
  kparam_array: ['u32 max', 'u32 elemsize', 'void *num', 'void *ops', 'void *elem'],
  bpf_ksym: ['u64 start', 'u64 end', 'char name[512]', 'struct list_head lnode'],
  ftrace_ops: ['void *next', 'u64 trampoline', 'u64 trampoline_size'],
};

const head: CMembers = [
  'u32 state',
  'struct list_head list',
  'char name[56]',
  'struct module_kobject mkobj',
  'void *version',
  'void *srcversion',
  'void *kp',
  'u32 num_kp',
  'void *args',
];
const tail: CMembers = [
  'u64 taints',
  'void *kallsyms',
  'void *sect_attrs',
  'void *notes_attrs',
  'struct list_head source_list',
  'void *init',
  'void *exit',
  'struct atomic_t refcnt',
];

/** The forms that Linux had: until 6.3, 6.4 to 6.13, and later. */
export type ModuleForm = '6.1' | '6.12' | '7.3';

const forms: Readonly<Record<ModuleForm, Readonly<Record<string, CMembers>>>> = {
  '6.1': {
    module_layout: [
      'void *base',
      'u32 size',
      'u32 text_size',
      'u32 ro_size',
      'u32 ro_after_init_size',
      'struct mod_tree_node mtn',
    ],
    module_sect_attr: ['struct bin_attribute battr', 'u64 address'],
    module_sect_attrs: ['void *name', 'u32 nsections', 'struct module_sect_attr attrs[0]'],
    module_notes_attrs: ['void *dir', 'u32 notes', 'struct bin_attribute attrs[0]'],
    module: [
      ...head,
      'struct module_layout core_layout',
      'struct module_layout init_layout',
      ...tail,
    ],
  },
  '6.12': {
    module_memory: ['void *base', 'u32 size', 'struct mod_tree_node mtn'],
    module_sect_attr: ['struct bin_attribute battr', 'u64 address'],
    module_sect_attrs: ['void *name', 'u32 nsections', 'struct module_sect_attr attrs[0]'],
    module_notes_attrs: ['void *dir', 'u32 notes', 'struct bin_attribute attrs[0]'],
    module: [...head, 'struct module_memory mem[7]', ...tail],
  },
  '7.3': {
    module_memory: ['void *base', 'u32 size', 'u8 is_rox', 'struct mod_tree_node mtn'],
    attribute_group: ['void *name', 'void *bin_attrs'],
    module_sect_attrs: ['struct attribute_group grp', 'struct bin_attribute attrs[0]'],
    module_notes_attrs: ['struct attribute_group grp', 'struct bin_attribute attrs[0]'],
    module: [...head, 'struct module_memory mem[7]', ...tail],
  },
};

/** The BTF of everything that a kernel of this form keeps about modules. */
export function modulesBtf(form: ModuleForm): Uint8Array {
  return cBtf({ ...common, ...forms[form] });
}
