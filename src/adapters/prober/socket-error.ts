import type { Answer } from '../../ports/prober.ts'

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'address not available',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name could not be resolved',
  ETIMEDOUT: 'no connection in time',
  EACCES: 'connecting is not permitted',
  EINVAL: 'address not usable',
}
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])

const text = (value: unknown, key: string): string => {
  if (typeof value !== 'object' || value === null) return ''
  const found: unknown = Reflect.get(value, key)
  return typeof found === 'string' ? found : ''
}

/** What a failed connection says about the door. */
export function answerOfError(error: unknown, connected: boolean): Answer {
  const code = text(error, 'code')
  if (!connected)
    return { outcome: 'unreachable', detail: UNREACHABLE[code] ?? 'connection failed' }
  // OpenSSL: `tlsv13 alert certificate required`, `ssl/tls alert bad certificate`.
  const reason = text(error, 'reason').toLowerCase()
  const alert = /\balert (.+)$/.exec(reason)?.[1]
  if (alert !== undefined) return { outcome: 'refused', detail: `alert ${alert}` }
  if (CLOSED.has(code)) return { outcome: 'refused', detail: 'connection closed' }
  if (/wrong version number|packet length too long|unknown protocol|http request/.test(reason))
    return { outcome: 'refused', detail: 'no TLS is spoken here' }
  if (/unsupported protocol|no protocols available|version too low/.test(reason))
    return { outcome: 'refused', detail: 'no common TLS version' }
  if (code.startsWith('ERR_HTTP2') || code.startsWith('HPE_'))
    return { outcome: 'unclear', detail: 'the answer is not HTTP' }
  if (/key values mismatch|no start line|PEM|ca md too weak|ee key too small/i.test(reason))
    return { outcome: 'unclear', detail: 'the client certificate cannot be used' }
  return { outcome: 'unclear', detail: `connection failed${code === '' ? '' : ` (${code})`}` }
}
