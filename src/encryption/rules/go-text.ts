// Values as Go prints and parses them, so that messages equal the API server's own.

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** Nanoseconds of a Go duration such as `1m30s`; undefined where Go refuses the text. */
export function goDuration(text: string): number | undefined {
  const body = text.replace(/^[+-]/, '')
  const sign = text.startsWith('-') ? -1 : 1
  if (body === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined
  const parts = body.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)
  return sign * parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitOf(unit), 0)
}

const unitOf = (unit = 's'): number => NANOSECONDS[unit] ?? 1e9

/** Go's `%q`. */
export function goQuote(text: string): string {
  const escape = (char: string) => {
    const code = char.charCodeAt(0)
    const short = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r' }[code]
    return short ? `\\${short}` : `\\x${code.toString(16).padStart(2, '0')}`
  }
  const plain = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  // eslint-disable-next-line no-control-regex -- control characters are what Go escapes
  return `"${plain.replaceAll(/[\u0000-\u001f\u007f]/g, escape)}"`
}

/** What Go's standard base64 decodes: padding is a must, CR and LF are skipped. */
export function goBase64(text: string): Uint8Array | undefined {
  const bare = text.replaceAll(/[\r\n]/g, '')
  const sound = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
  return sound.test(bare) ? Buffer.from(bare, 'base64') : undefined
}

/** The scheme that Go's `url.Parse` finds, or its complaint. */
export function goUrlScheme(text: string): { scheme: string } | { error: string } {
  const refuse = (why: string) => ({ error: `parse ${goQuote(text)}: ${why}` })
  // eslint-disable-next-line no-control-regex -- the very characters that net/url refuses
  if (/[\u0000-\u001f\u007f]/.test(text)) return refuse('net/url: invalid control character in URL')
  if (text.startsWith(':')) return refuse('missing protocol scheme')
  const badEscape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text)
  if (badEscape) return refuse(`invalid URL escape ${goQuote(badEscape[0])}`)
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(text)?.[0]
  if (scheme !== undefined) return { scheme: scheme.toLowerCase() }
  if (/^[^/]*:/.test(text)) return refuse('first path segment in URL cannot contain colon')
  return { scheme: '' }
}
