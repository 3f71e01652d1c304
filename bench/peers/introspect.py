# What `vmcorekit analyze ps,bt,mod` prints, by drgn: all tasks, their stacks, and the modules.
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.pid import for_each_task

for task in for_each_task(prog):
    print(task.pid.value_(), task.comm.string_().decode(), hex(task.value_()))
    try:
        for frame in prog.stack_trace(task):
            print("  ", frame)
    # Also a kind of ORC entry that drgn does not know.
    except Exception as error:
        print("  ", error)
for module in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
    print(module.name.string_().decode(), hex(module.value_()))
