import { type Span, spanOf } from './numbers.ts'
import { startsWith } from './starts-with.ts'

/** `k8s:` and `enc:` */
const MARK = [0x3a73386b, 0x3a636e65]
const MOST = 1000
const LONGEST = 512
/** Names are noted for each page as bits of one number; what exceeds them is taken for seen. */
const BITS = 30
/** The bit of values whose provider nobody knows. */
const UNKNOWN = 1 << 30

const PROVIDERS: Readonly<Record<string, string>> = { 'kms:v1': 'kms-v1', 'kms:v2': 'kms-v2' }

interface Seen {
  readonly start: Span
  readonly name: string
}

/** Names of Kubernetes encryption keys, as encrypted values carry them in front: `aescbc:key1`, `kms-v2:vault`. */
export class EncryptionNames {
  readonly #seen: Seen[] = []
  #last = 0

  /** The bit of the name before the value's bytes, or 0. */
  bitOf(span: Span, start: number, end: number): number {
    const { view } = span
    if (end - start < 8 || view.getInt32(start, true) !== MARK[0]) return 0
    if (view.getInt32(start + 4, true) !== MARK[1]) return 0
    return this.#bit(span, start, end)
  }

  named(mask: number): readonly string[] {
    const names = this.#seen.filter((_, index) => index >= BITS || (mask & bit(index)) !== 0)
    const unknown = (mask & UNKNOWN) === 0 ? [] : ['unknown']
    return [...new Set([...names.map(({ name }) => name), ...unknown])].toSorted()
  }

  #bit(span: Span, start: number, end: number): number {
    const last = this.#seen[this.#last]
    if (last && startsWith(span, start, end, last.start)) return bit(this.#last)
    const found = this.#seen.findIndex((one) => startsWith(span, start, end, one.start))
    if (found < 0) return this.#add(span.bytes, start, end)
    this.#last = found
    return bit(found)
  }

  #add(bytes: Uint8Array, start: number, end: number): number {
    if (this.#seen.length >= MOST) return UNKNOWN
    const head = Buffer.from(bytes.subarray(start, Math.min(end, start + LONGEST))).toString(
      'latin1',
    )
    const [whole, kind = '', version = '', name = ''] =
      /^k8s:enc:([a-z]+):(v[0-9]+):([^:]+):/.exec(head) ?? []
    if (whole === undefined) return UNKNOWN
    const provider = PROVIDERS[`${kind}:${version}`] ?? kind
    const text = Buffer.from(name, 'latin1').toString('utf8')
    const count = this.#seen.push({
      start: spanOf(Buffer.from(whole, 'latin1')),
      name: `${provider}:${text}`,
    })
    return bit(count - 1)
  }
}

const bit = (index: number) => (index < BITS ? 1 << index : 0)
