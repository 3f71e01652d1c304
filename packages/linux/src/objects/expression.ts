/** Where an expression has it: 1 is the first character. */
interface At {
  readonly column: number;
}

export type UnaryOperator = '-' | '+' | '~' | '!' | '*' | '&';

/** What a text means, before anything of it is looked up. */
export type Expression = At &
  (
    | {
        readonly kind: 'number';
        readonly value: bigint;
        readonly isUnsigned: boolean;
        /** Written with an `L`. */
        readonly isLong: boolean;
      }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly of: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'member';
        readonly of: Expression;
        readonly name: string;
        readonly isArrow: boolean;
      }
    | { readonly kind: 'element'; readonly of: Expression; readonly index: Expression }
    | { readonly kind: 'cast'; readonly type: string; readonly of: Expression }
    | { readonly kind: 'size of type'; readonly type: string }
    | { readonly kind: 'size of value'; readonly of: Expression }
    | { readonly kind: 'offset'; readonly type: string; readonly path: string }
    | {
        readonly kind: 'container';
        readonly of: Expression;
        readonly type: string;
        readonly path: string;
      }
    | {
        readonly kind: 'per-CPU';
        readonly of: Expression;
        readonly cpu: Expression;
        /** `per_cpu_ptr` takes a pointer, and `per_cpu` a variable. */
        readonly isPointer: boolean;
      }
  );
