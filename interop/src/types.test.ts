import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { btfTypes } from '@vmcorekit/linux';
import { FileSource } from '@vmcorekit/node';
import { expect } from 'chai';
import { vmlinuxFiles } from './guests.ts';

/** Structures, and some members of each: early and late ones, and ones in nameless ones. */
const compared: Readonly<Record<string, string>> = {
  task_struct: 'flags on_cpu tasks mm pid tgid comm real_parent thread.sp in_execve',
  mm_struct: 'pgd mmap_base arg_start env_end exe_file',
  page: 'flags lru mapping index private _refcount',
  module: 'state list name kallsyms source_list args',
  sock: '__sk_common.skc_family sk_protocol sk_type sk_socket sk_state_change',
  rq: 'nr_running cfs curr idle clock',
  file: 'f_path f_op f_pos f_flags private_data',
  inode: 'i_mode i_sb i_ino i_rdev i_fop',
  dentry: 'd_parent d_name d_inode d_sb d_name.name',
  super_block: 's_list s_dev s_type s_root s_id',
  vfsmount: 'mnt_root mnt_sb mnt_flags',
  net: 'list ns loopback_dev ipv4 ct',
  cred: 'uid euid cap_effective user_ns',
  pid: 'level tasks numbers',
  signal_struct: 'thread_head nr_threads rlim',
  sched_entity: 'run_node on_rq vruntime',
  vm_area_struct: 'vm_start vm_end vm_file vm_mm',
  list_head: 'next prev',
  kmem_cache: 'name list object_size node',
  zone: 'name free_area vm_stat zone_start_pfn',
  socket: 'state type file sk',
  sk_buff: 'dev len data head pkt_type ip_summed',
  net_device: 'name mtu dev_addr flags',
  gendisk: 'disk_name major minors part0',
  work_struct: 'data entry func',
  timer_base: 'clk vectors running_timer',
  irq_desc: 'kstat_irqs action lock',
  fs_struct: 'root pwd umask',
  files_struct: 'fdt count',
  fdtable: 'max_fds fd open_fds',
};

describe('the DWARF of a real vmlinux', () => {
  const files = [...vmlinuxFiles().values()];
  if (files.length === 0) {
    it('not tried: VMCOREKIT_VMLINUX names no vmlinux');
  }
  for (const path of files) {
    it(`has every member where the BTF of ${path} has it`, () => {
      const table = new VmlinuxSymbols().open(new FileSource(path));
      const dwarf = table.types?.open();
      const btf = btfTypes(table.btf ?? new Uint8Array(), { wordSizeInBits: 64 });
      let members = 0;
      for (const [struct, paths] of Object.entries(compared)) {
        expect(dwarf?.struct(struct)?.sizeInBytes, struct).to.equal(
          btf.struct(struct)?.sizeInBytes,
        );
        for (const member of paths.split(' ')) {
          const [one, other] = [dwarf, btf].map((types) => types?.struct(struct)?.member(member));
          const place = (found = one) => [found?.offsetInBytes, found?.sizeInBytes, found?.bits];
          expect(place(), `${struct}.${member}`).to.deep.equal(place(other));
          members += one === undefined ? 0 : 1;
        }
      }
      expect(members).to.be.greaterThan(100);
      table[Symbol.dispose]?.();
    });
  }
});
