import { isVmcorekitError, VmcorekitError } from '@vmcorekit/core';
import { evaluateExpression, kernelVariable, parseExpression } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { initTask, smallKernel } from './small-kernel.ts';

/** The value with its type, or what an object holds. */
function evaluated(text: string): unknown {
  const value = evaluateExpression(smallKernel(), text);
  return value.kind === 'object' ? JSON.parse(JSON.stringify(value.object)) : value.value;
}

function typeOf(text: string): string {
  const value = evaluateExpression(smallKernel(), text);
  return value.kind === 'object' ? value.object.type.text : value.type.text;
}

function errorOf(text: string): string {
  try {
    evaluateExpression(smallKernel(), text);
  } catch (error) {
    return isVmcorekitError(error) ? error.message : String(error);
  }
  return 'no error';
}

describe('an expression', () => {
  it('reads variables, members and elements', () => {
    expect(evaluated('init_task.comm')).to.equal('init');
    expect(evaluated('init_task.mm->users')).to.equal(2);
    expect(evaluated('(*init_task.mm).pgd')).to.equal(4096);
    expect(evaluated('init_task.ages[1 + 1]')).to.equal(-5);
    expect(evaluated('nr_threads')).to.equal(9);
    expect(evaluated('*init_task.ages')).to.equal(3);
  });

  it('takes addresses and casts', () => {
    expect(evaluated('&init_task')).to.equal(initTask);
    expect(evaluated('&init_task.comm[1]')).to.equal(initTask + 25n);
    expect(evaluated(`((struct task_struct *)${initTask})->pid`)).to.equal(-7);
    expect(evaluated('(*(struct task_struct *)&init_task).pid')).to.equal(-7);
    expect(evaluated('((struct mm_struct *)init_task.any)[0].users')).to.equal(2);
    expect(evaluated('(pid_t)0xffffffff')).to.equal(-1n);
    expect(evaluated('(unsigned int)-1')).to.equal(0xffff_ffffn);
    expect(evaluated('(char)300')).to.equal(44n);
    expect(evaluated('*(unsigned long *)&mm == 0x1000')).to.equal(1n);
  });

  it('knows sizeof, offsetof and container_of', () => {
    expect(evaluated('sizeof(struct task_struct)')).to.equal(104n);
    expect(evaluated('sizeof init_task.comm')).to.equal(16n);
    expect(evaluated('sizeof(char *[9])')).to.equal(72n);
    expect(evaluated('offsetof(struct task_struct, tasks.prev)')).to.equal(48n);
    expect(evaluated('offsetof(struct task_struct, ages[2])')).to.equal(20n);
    expect(
      evaluated('container_of(init_task.tasks.next, struct task_struct, tasks)->pid'),
    ).to.equal(-7);
  });

  it('computes as C does', () => {
    for (const [text, value] of [
      ['1 + 2 * 3 - 4 / 2 % 3', 5n],
      ['-1 < 1u', 0n],
      ['-1 < 1', 1n],
      ['1 << 31', -(1n << 31n)],
      ['1ul << 31', 1n << 31n],
      ['~0', -1n],
      ['!5', 0n],
      ['0xffffffff + 1', 0n],
      ['4294967295 + 1', 1n << 32n],
      ['-7 / 2', -3n],
      ['010', 8n],
      ['1 | 6 & 3 ^ 1', 3n],
      ['0 && 1 / 0', 0n],
      ['1 || 1 / 0', 1n],
      ['2 == 2 != 0', 1n],
      ['init_task.pid + 1', -6n],
      ['init_task.on', -2],
      ['init_task.color + 1', 2n],
      ['&init_task.ages[2] - &init_task.ages[0]', 2n],
      ['*(init_task.ages + 2)', -5],
    ] as const) {
      expect([text, evaluated(text)]).to.deep.equal([text, value]);
    }
    expect(typeOf('1 + 1ul')).to.equal('unsigned long');
    expect(typeOf('&init_task.tasks')).to.equal('struct list_head *');
    expect(typeOf('init_task.ages + 1')).to.equal('int *');
    expect(typeOf('&lost')).to.equal('void *');
  });

  it('says at which column something is wrong', () => {
    for (const [text, wanted] of [
      ['1 +', /column 4: got 'the end', allowed is a variable, a number/],
      ['1 2', /column 3: got '2', allowed is an operator or the end/],
      ['init_taks', /column 1: .*did you mean init_task\?/],
      ['ffffffff82000000', /0xffffffff82000000/],
      ['1 / 0', /column 3: .*a divisor other than 0/],
      ['init_task + 1', /a value: name a member/],
      ['panic(1)', /no other function can be called/],
      ['a = 1', /column 3: got '=', .*nothing in a dump is changed/],
      ['$init', /column 1: got '\$'/],
      ['(struct nope *)0', /a type that the kernel's types \(BTF\) know once/],
      ['(struct task_struct)0', /\*\(struct task_struct \*\) reads what lies at an address/],
      ['*1', /a cast such as \(struct page \*\) makes one/],
      ['*(struct task_struct *)0', /follows a null pointer/],
      ['&1', /& of something in memory/],
      ['&init_task.on', /a bit-field/],
      ['1 << 32', /0 to 31 bits of an int; a number like 1UL has 64/],
      // As crash writes them.
      ['mm:1', /column 3: got ':', .*the copy of CPU 2 is per_cpu\(NAME, 2\)/],
      ['init_task.pid mm', /column 15: got 'mm', .*one expression/],
      ['task_struct', /a symbol of .*, and not a type: sizeof\(struct task_struct\)/],
      ['99999999999999999999', /at most 64 bits/],
      ['09', /octal/],
      ['lost', /a cast of its address/],
      ['init_task.mm * 2', /a sum, a difference or a comparison of pointers/],
      ['('.repeat(80), /at most 64 levels/],
      ['1+'.repeat(600), /at most 1000 tokens/],
    ] as const) {
      expect(errorOf(text)).to.match(wanted);
    }
  });

  it('has for any text a value, or an error of its own', () => {
    const kernel = smallKernel();
    const part = fc.constantFrom(
      ...'init_task mm tasks . -> [ ] ( ) * & + - / % << sizeof struct task_struct , 1 0x10 0 offsetof container_of per_cpu char ages'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((all) => all.join(' ')),
        ),
        (text) => {
          try {
            evaluateExpression(kernel, text);
          } catch (error) {
            expect(error).to.be.instanceOf(VmcorekitError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('computes sums and products of 64 bits as BigInt does', () => {
    const number = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(
        number,
        number,
        fc.constantFrom('+', '-', '*', '|', '^', '&'),
        (one, other, operator) => {
          const operations: Record<string, bigint> = {
            '+': one + other,
            '-': one - other,
            '*': one * other,
            '|': one | other,
            '^': one ^ other,
            '&': one & other,
          };
          const wanted = BigInt.asUintN(64, operations[operator] ?? 0n);
          expect(evaluated(`(unsigned long)${one} ${operator} (unsigned long)${other}`)).to.equal(
            wanted,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('parses a cast only where a name is a type', () => {
    const kindOf = (isType: boolean) => parseExpression('(a)*b', () => isType).kind;
    expect([kindOf(true), kindOf(false)]).to.deep.equal(['cast', 'binary']);
  });
});

describe('a variable', () => {
  it('gets its type from the table where the kernel has none', () => {
    const kernel = smallKernel();
    expect(kernelVariable(kernel, 'init_task').at('pid').number()).to.equal(-7);
    expect(kernelVariable(kernel, 'modules').type.text).to.equal('struct list_head');
  });

  it('is refused where it is unknown, has no type, or has no CPU', () => {
    const kernel = smallKernel();
    expect(() => kernelVariable(kernel, 'nope')).to.throw(/no variable/);
    expect(() => kernelVariable(kernel, 'lost')).to.throw(/unknown type/);
    expect(() => kernelVariable(kernel, 'init_task', 0)).to.throw(/there is one for all/);
  });
});
