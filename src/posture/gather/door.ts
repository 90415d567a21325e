import type { Door } from '../../ports/prober.ts'
import { known, missing, type Fact } from '../../core/fact.ts'

const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['', '127.0.0.1'],
])
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

const parsed = (text: string): URL | undefined => {
  const url = text.includes('://') ? text : `https://${text}`
  return URL.canParse(url) ? new URL(url) : undefined
}

/** The host of a listening URL, without brackets; empty where it is no URL. */
export const hostOf = (url: string): string =>
  parsed(url)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? ''

export const isWildcard = (url: string): boolean => ['0.0.0.0', '::'].includes(hostOf(url))

export const isLoopback = (url: string): boolean =>
  url.startsWith('unix') || /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(hostOf(url))

/** Where to dial for a listening URL: a wildcard is reached over loopback. */
export function doorOf(url: string): Fact<Door> {
  if (/^unixs?:/.test(url)) return missing(`${url} is a Unix socket, which is not probed`)
  const at = parsed(url)
  const host = hostOf(url)
  const port = at?.port ? Number(at.port) : DEFAULT_PORTS[at?.protocol ?? '']
  if (!at || port === undefined || host === '') return missing(`${url} is no address to dial`)
  return known({ host: WILDCARDS.get(host) ?? host, port })
}

export const addressOf = (door: Door): string =>
  door.host.includes(':') ? `[${door.host}]:${door.port}` : `${door.host}:${door.port}`
