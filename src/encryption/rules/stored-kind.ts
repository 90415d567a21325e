// The kind that a plaintext object says it is, from the first bytes of its protobuf or JSON form.

/** A length-delimited field with the given number at `at`: its content and what follows. */
function field(
  bytes: Uint8Array,
  at: number,
  number: number,
): { content: Uint8Array; end: number } | undefined {
  if (bytes[at] !== ((number << 3) | 2)) return undefined
  const length = bytes[at + 1]
  // Kinds and versions are far below 128 bytes, so their length is one byte.
  if (length === undefined || length > 0x7f) return undefined
  const start = at + 2
  if (start + length > bytes.length) return undefined
  return { content: bytes.subarray(start, start + length), end: start + length }
}

/** `runtime.Unknown { 1 typeMeta { 1 apiVersion, 2 kind } … }` behind `k8s\0`. */
function protobufKind(head: Uint8Array): string | undefined {
  const meta = field(head, 4, 1)?.content
  if (!meta) return undefined
  const version = field(meta, 0, 1)
  const kind = field(meta, version?.end ?? 0, 2)
  return kind && Buffer.from(kind.content).toString('utf8')
}

/** Kind of a plaintext value (`Secret`), as far as its head tells. */
export function storedKind(head: Uint8Array): string | undefined {
  if (head[0] === 0x6b) return protobufKind(head)
  const text = Buffer.from(head).toString('latin1')
  return /^\s*\{\s*(?:"apiVersion"\s*:\s*"[^"]*"\s*,\s*)?"kind"\s*:\s*"(\w+)"/.exec(text)?.[1]
}
