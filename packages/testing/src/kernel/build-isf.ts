/** An ISF file in named parts, as volatility3's schema 6.2.0 has them. */
export interface IsfSpec {
  readonly base_types?: Readonly<Record<string, unknown>>;
  readonly user_types?: Readonly<Record<string, unknown>>;
  readonly enums?: Readonly<Record<string, unknown>>;
  readonly symbols?: Readonly<Record<string, IsfSymbolSpec>>;
  /** The bytes of `linux_banner`; its symbol must be in `symbols`. */
  readonly banner?: string;
  /** 8 bytes, little-endian. */
  readonly pointer?: { readonly size?: number; readonly endian?: 'little' | 'big' };
}

export interface IsfSymbolSpec {
  readonly address: bigint;
  readonly type?: unknown;
  readonly constant_data?: string;
}

/** Source: volatility3, volatility3/schemas/schema-6.2.0.json. */
export function buildIsf(spec: IsfSpec): Uint8Array {
  const { pointer = {}, banner } = spec;
  const symbols = Object.entries(spec.symbols ?? {}).map(([name, { address, ...rest }]) => {
    const data =
      name === 'linux_banner' && banner !== undefined
        ? { constant_data: Buffer.from(`${banner}\n\0`, 'latin1').toString('base64') }
        : {};
    // The address is written digit by digit: it has more than a double holds.
    const others = Object.entries({ ...rest, ...data }).map(
      ([key, value]) => `, ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    return `${JSON.stringify(name)}: {"address": ${address}${others.join('')}}`;
  });
  const endian = pointer.endian ?? 'little';
  const base_types = {
    pointer: { size: pointer.size ?? 8, signed: false, kind: 'int', endian },
    int: { size: 4, signed: true, kind: 'int', endian },
    char: { size: 1, signed: true, kind: 'char', endian },
    'long unsigned int': { size: 8, signed: false, kind: 'int', endian },
    void: { size: 0, signed: false, kind: 'void', endian },
    ...spec.base_types,
  };
  const parts = [
    `"metadata": ${JSON.stringify({ format: '6.2.0', producer: { name: 'the test', version: '1' } })}`,
    `"base_types": ${JSON.stringify(base_types, null, 1)}`,
    `"user_types": ${JSON.stringify(spec.user_types ?? {}, null, 1)}`,
    `"enums": ${JSON.stringify(spec.enums ?? {})}`,
    `"symbols": {${symbols.join(',\n')}}`,
  ];
  return new TextEncoder().encode(`{\n${parts.join(',\n')}\n}\n`);
}
