/** What C declares a variable as. */
export interface VariableEntry {
  /**
   * Types in C, the newest first: the first that the kernel's own types know is the variable's.
   * `[NAME of ENUM]` stands for as many elements as a value of an enumeration, and `[]` for as many
   * as fit before the next symbol. Only where nothing is aligned after the array is that exact.
   */
  readonly types: readonly string[];
  /** A copy for each CPU; the symbol is that of the first section. */
  readonly isPerCpu?: boolean;
  /** What hangs on a list's head, as `structure.member`: no debug information says so. */
  readonly elements?: string;
  /** The first Linux release that has it, where that is later than 4.14. */
  readonly since?: string;
  /** The last Linux release that has it. */
  readonly until?: string;
}

const plain = (...types: readonly string[]): VariableEntry => ({ types });
const perCpu = (...types: readonly string[]): VariableEntry => ({ types, isPerCpu: true });
const listOf = (elements: string): VariableEntry => ({ types: ['struct list_head'], elements });

/**
 * The types of variables that BTF does not have: it types per-CPU variables alone, and before Linux
 * 5.12 not even those. All are unique names in a Debian kernel. Sources: the declarations in Linux
 * 5.10 to 7.3, by the file in the comment before a group. Those of 6.1.192 and 6.12.118 equal the
 * DWARF of Debian's debug packages.
 */
export const variableTypes: ReadonlyMap<string, VariableEntry> = new Map(
  Object.entries({
    // init/init_task.c, kernel/fork.c, kernel/pid.c, kernel/cred.c, fs/proc/array.c
    init_task: plain('struct task_struct'),
    init_pid_ns: plain('struct pid_namespace'),
    init_cred: plain('struct cred'),
    init_mm: plain('struct mm_struct'),
    init_user_ns: plain('struct user_namespace'),
    init_nsproxy: plain('struct nsproxy'),
    init_fs: plain('struct fs_struct'),
    init_files: plain('struct files_struct'),
    init_stack: plain('unsigned long []'),
    nr_threads: plain('int'),
    total_forks: plain('unsigned long'),
    task_state_array: plain('const char *[9]'),
    root_task_group: plain('struct task_group'),
    runqueues: perCpu('struct rq'),
    current_task: perCpu('struct task_struct *'),
    pcpu_hot: { ...perCpu('struct pcpu_hot'), since: '6.2', until: '6.14' },
    // kernel/cpu.c, mm/percpu.c, arch/x86/kernel
    nr_cpu_ids: plain('unsigned int'),
    __cpu_possible_mask: plain('struct cpumask'),
    __cpu_present_mask: plain('struct cpumask'),
    __cpu_online_mask: plain('struct cpumask'),
    __per_cpu_offset: plain('unsigned long []'),
    pcpu_base_addr: plain('void *'),
    cpu_info: perCpu('struct cpuinfo_x86'),
    boot_cpu_data: plain('struct cpuinfo_x86'),
    x86_hyper_type: plain('enum x86_hypervisor_type'),
    phys_base: plain('unsigned long'),
    // arch/x86/kernel/unwind_orc.c, irq_64.c, kernel/bpf/core.c
    __start_orc_unwind_ip: plain('int []'),
    __start_orc_unwind: plain('struct orc_entry []'),
    orc_lookup: plain('unsigned int []'),
    orc_header: { ...plain('u8 [20]'), since: '6.4' },
    hardirq_stack_ptr: perCpu('void *'),
    cea_exception_stacks: perCpu('struct cea_exception_stacks *'),
    bpf_kallsyms: listOf('bpf_ksym.lnode'),
    pack_list: { ...listOf('bpf_prog_pack.list'), since: '5.18' },
    // kernel/module, kernel/bpf/btf.c
    modules: listOf('module.list'),
    btf_modules: { ...listOf('btf_module.list'), since: '5.11' },
    btf_vmlinux: plain('struct btf *'),
    // init/version.c, init/main.c, kernel/panic.c, kernel/sched, kernel/time
    init_uts_ns: plain('struct uts_namespace'),
    saved_command_line: plain('char *'),
    linux_banner: plain('const char []'),
    panic_cpu: plain('atomic_t'),
    crashing_cpu: plain('int'),
    panic_on_oops: plain('int'),
    oops_in_progress: plain('int'),
    die_counter: plain('int'),
    tainted_mask: plain('unsigned long'),
    system_state: plain('enum system_states'),
    jiffies: plain('unsigned long'),
    jiffies_64: plain('u64'),
    avenrun: plain('unsigned long [3]'),
    timekeeper_data: { ...plain('struct tk_data []'), since: '6.13' },
    clocksource_list: listOf('clocksource.list'),
    prb: { ...plain('struct printk_ringbuffer *'), since: '5.10' },
    // mm, drivers/firmware/dmi_scan.c, kernel/resource.c, security/security.c
    _totalram_pages: plain('atomic_long_t'),
    max_pfn: plain('unsigned long'),
    dmi_ident: plain('char *[DMI_STRING_MAX of dmi_field]'),
    iomem_resource: plain('struct resource'),
    ioport_resource: plain('struct resource'),
    lsm_names: plain('char *'),
    vmemmap_base: plain('unsigned long'),
    page_offset_base: plain('unsigned long'),
    vmalloc_base: plain('unsigned long'),
    mem_section: plain('struct mem_section **'),
    node_data: plain('struct pglist_data *[]'),
    vm_zone_stat: plain('atomic_long_t [NR_VM_ZONE_STAT_ITEMS of zone_stat_item]'),
    vm_node_stat: plain('atomic_long_t [NR_VM_NODE_STAT_ITEMS of node_stat_item]'),
    vm_event_states: perCpu('struct vm_event_state'),
    slab_caches: listOf('kmem_cache.list'),
    swap_info: plain('struct swap_info_struct *[]'),
    nr_swapfiles: plain('unsigned int'),
    vmap_area_list: { ...listOf('vmap_area.list'), until: '6.8' },
    vmap_nodes: { ...plain('struct vmap_node *'), since: '6.9' },
    nr_vmap_nodes: { ...plain('unsigned int'), since: '6.9' },
    // fs
    super_blocks: listOf('super_block.s_list'),
    file_systems: plain('struct file_system_type *'),
    blockdev_superblock: plain('struct super_block *'),
    init_mnt_ns: { ...plain('struct mnt_namespace'), since: '7.0' },
    // net
    net_namespace_list: listOf('net.list'),
    init_net: plain('struct net'),
    tcp_hashinfo: plain('struct inet_hashinfo'),
    udp_table: plain('struct udp_table'),
    raw_v4_hashinfo: plain('struct raw_hashinfo'),
    nl_table: plain('struct netlink_table *'),
    // kernel/irq, kernel/time, kernel/workqueue.c, kernel/bpf/syscall.c
    irq_desc_tree: { ...plain('struct xarray', 'struct radix_tree_root'), until: '6.4' },
    sparse_irqs: { ...plain('struct maple_tree'), since: '6.5' },
    timer_bases: perCpu('struct timer_base []'),
    hrtimer_bases: perCpu('struct hrtimer_cpu_base'),
    kstat: perCpu('struct kernel_stat'),
    workqueues: listOf('workqueue_struct.list'),
    cpu_worker_pools: perCpu('struct worker_pool [2]'),
    bh_worker_pools: { ...perCpu('struct worker_pool [2]'), since: '6.9' },
    unbound_pool_hash: plain('struct hlist_head []'),
    worker_pool_idr: plain('struct idr'),
    prog_idr: plain('struct idr'),
    map_idr: plain('struct idr'),
    link_idr: plain('struct idr'),
    btf_idr: plain('struct idr'),
  } satisfies Readonly<Record<string, VariableEntry>>),
);
