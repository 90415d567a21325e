/** Whether the bytes from `start` to `end` begin with `head`. */
export function startsWith(
  bytes: Uint8Array,
  start: number,
  end: number,
  head: Uint8Array | undefined,
): boolean {
  if (head === undefined || end - start < head.length) return false
  // From its end: what names share is in front.
  for (let at = head.length - 1; at >= 0; at -= 1) if (head[at] !== bytes[start + at]) return false
  return true
}
