/** Keys from the Kubernetes documentation and the guides that copied it, as the text that they decode to. */
const DOCUMENTED = [
  'secret is secure',
  'this is password',
  'abcdefghijklmnopqrstuvwxyz123456',
  'abcdefghijklmnop',
  'this is another password',
]

/** Whether the bytes only step by a constant: all equal, or counting. */
const stepsEvenly = (bytes: Uint8Array): number | undefined => {
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 0xff
  const even = bytes.every(
    (byte, index) => index === 0 || ((byte - (bytes[index - 1] ?? 0)) & 0xff) === step,
  )
  return even ? step : undefined
}

/**
 * Why key material is no random key, or undefined where nothing speaks against it.
 * A random 16-byte key meets one of these by chance less than once in a million.
 */
export function keyWeakness(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2) return undefined
  const text = Buffer.from(bytes).toString('latin1')
  if (DOCUMENTED.includes(text)) return 'example of the documentation'
  const step = stepsEvenly(bytes)
  if (step === 0) return 'all bytes equal'
  if (step !== undefined) return 'counting bytes'
  if (/^[\t\r\n\x20-\x7e]*$/.test(text)) return 'printable text'
  if (new Set(bytes).size <= bytes.length / 2) return 'few distinct bytes'
  return undefined
}
