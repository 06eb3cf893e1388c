declare module 'hashring' {
  class HashRing {
    constructor(
      servers: readonly string[] | Readonly<Record<string, number | { weight?: number; vnodes?: number }>>,
      algorithm?: string,
      options?: { 'vnode count'?: number },
    );
    get(key: string): string;
    range(key: string, size?: number): string[];
  }
  export = HashRing;
}
