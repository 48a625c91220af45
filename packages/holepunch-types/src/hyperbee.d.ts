// hyperbee 2.27.3: an ordered map in a hypercore, a B-tree of its blocks.
declare module 'hyperbee' {
  import type { EventEmitter } from 'node:events'
  import type Hypercore from 'hypercore'

  /** How keys or values are read and written; `'binary'` when nothing is said. */
  export type Encoding = 'binary' | 'utf-8' | 'json' | (string & {}) | object

  export interface Options {
    /** Give them together with the types: `new Hyperbee<string, Buffer>(core, { keyEncoding: 'utf-8' })`. */
    keyEncoding?: Encoding
    valueEncoding?: Encoding
    readonly?: boolean
    metadata?: { contentFeed?: Uint8Array }
  }

  export interface Entry<Key, Value> {
    /** Index of the block that holds it. */
    seq: number
    key: Key
    value: Value
  }

  /** Keys between these, in order of their bytes. */
  export interface RangeOptions<Key> {
    gt?: Key
    gte?: Key
    lt?: Key
    lte?: Key
    reverse?: boolean
    /** Default -1: all. */
    limit?: number
  }

  /** Several changes that become visible together. */
  export interface Batch<Key, Value> {
    get(key: Key): Promise<Entry<Key, Value> | null>
    put(key: Key, value: Value): Promise<void>
    del(key: Key): Promise<void>
    flush(): Promise<void>
    close(): Promise<void>
  }

  export default class Hyperbee<Key = Buffer, Value = Buffer> extends EventEmitter<{ close: [] }> {
    constructor(core: Hypercore, options?: Options)
    readonly core: Hypercore
    /** Length of its core. */
    readonly version: number
    readonly key: Buffer | null
    readonly discoveryKey: Buffer | null
    readonly writable: boolean
    readonly readable: boolean
    readonly opened: boolean
    readonly closed: boolean

    ready(): Promise<void>
    /** Null when there is none. */
    get(key: Key): Promise<Entry<Key, Value> | null>
    put(key: Key, value: Value): Promise<void>
    del(key: Key): Promise<void>
    batch(): Batch<Key, Value>
    /** The entries as they are now, in order of the keys. */
    createReadStream(range?: RangeOptions<Key>): AsyncIterable<Entry<Key, Value>>
    /** The first entry of a range. */
    peek(range?: RangeOptions<Key>): Promise<Entry<Key, Value> | null>
    /** As it was at an earlier version. */
    checkout(version: number): Hyperbee<Key, Value>
    snapshot(): Hyperbee<Key, Value>
    /** A map in the map: its keys begin with `prefix`. */
    sub(prefix: string | Uint8Array): Hyperbee<Key, Value>
    /** On a copy: asks peers for the newest version. */
    update(options?: { wait?: boolean }): Promise<boolean>
    /** Also closes its core. */
    close(): Promise<void>
  }
}
