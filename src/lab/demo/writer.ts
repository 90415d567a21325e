// A client that keeps writing while the doors are closed around it, and counts what became of each write.
import { rangeEndOfPrefix } from '../../core/bytes.ts'
import type { Access } from '../../harden/model.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Etcd, EtcdConnector } from '../../ports/etcd.ts'
import type { Host } from '../../ports/host.ts'
import { present, tlsOf } from './keyring.ts'

export interface WriterOptions {
  /** Client URLs, each in both of its schemes. */
  readonly endpoints: readonly string[]
  /** Files of the certificate that opens the closed doors, likeliest first; they may appear while it runs. */
  readonly keyrings: readonly Access[]
}

export interface Written {
  /** Writes that the client gave out, each under a key of its own. */
  readonly requests: number
  readonly acknowledged: number
  /** Acknowledged by the second member that was asked, or a later one. */
  readonly retried: number
  /** Given up, or acknowledged and not there afterwards. */
  readonly lost: number
  readonly slowestMs: number
}

export interface Writer {
  /** So far. */
  acknowledged(): number
  /** Stops, then looks for every acknowledged write. */
  finish(): Promise<Written>
}

const PREFIX = Buffer.from('/etcdkeep-demo/')
const EVERY_MS = 20
const GIVE_UP_MS = 15_000
const ATTEMPT_MS = 2_000

interface Ports {
  readonly clock: Clock
  readonly host: Host
  readonly etcd: EtcdConnector
}

/** A connection to each door; one to a closed door once the certificate is there. */
function doors(ports: Ports, { endpoints, keyrings }: WriterOptions) {
  const open = new Map<string, Etcd>()
  return {
    async at(endpoint: string): Promise<Etcd> {
      const there = open.get(endpoint)
      if (there) return there
      const tls = endpoint.startsWith('https:')
        ? { tls: tlsOf(await present(ports.host, keyrings)) }
        : {}
      const etcd = ports.etcd.connect({ endpoints: [endpoint], ...tls })
      open.set(endpoint, etcd)
      return etcd
    },
    close: () => open.values().forEach((etcd) => etcd.close()),
    endpoints,
  }
}

/** Starts to write about 50 times a second; the same write goes to another door until one acknowledges it. */
export function startWriter(ports: Ports, options: WriterOptions): Writer {
  const connections = doors(ports, options)
  const now = () => ports.clock.now().getTime()
  let [requests, acknowledged, retried, lost, slowestMs, preferred] = [0, 0, 0, 0, 0, 0]
  const stopping = new AbortController()

  /** Writing the same value under the same key twice does no harm, so that any failure may be tried again. */
  const writeOne = async (): Promise<void> => {
    requests += 1
    const began = now()
    const key = Buffer.concat([PREFIX, Buffer.from(String(requests).padStart(8, '0'))])
    for (let tries = 0; now() - began < GIVE_UP_MS; tries += 1) {
      const endpoint = options.endpoints[preferred % options.endpoints.length] ?? ''
      try {
        const etcd = await connections.at(endpoint)
        await etcd.kv.put({ key, value: key }, { timeoutMs: ATTEMPT_MS })
        acknowledged += 1
        if (tries > 0) retried += 1
        slowestMs = Math.max(slowestMs, now() - began)
        return
      } catch {
        preferred += 1
        if (tries % options.endpoints.length === options.endpoints.length - 1)
          await ports.clock.sleep(EVERY_MS)
      }
    }
    lost += 1
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await writeOne()
      await ports.clock.sleep(EVERY_MS)
    }
  }
  const done = loop()

  const stored = async (): Promise<number> => {
    for (const endpoint of options.endpoints)
      try {
        const etcd = await connections.at(endpoint)
        const query = { key: PREFIX, rangeEnd: rangeEndOfPrefix(PREFIX), countOnly: true }
        return Number((await etcd.kv.range(query)).count)
      } catch {
        // A door that is closed by now; another one opens.
      }
    return 0
  }

  return {
    acknowledged: () => acknowledged,
    async finish() {
      stopping.abort()
      await done
      try {
        const missing = Math.max(0, acknowledged - (await stored()))
        return { requests, acknowledged, retried, lost: lost + missing, slowestMs }
      } finally {
        connections.close()
      }
    },
  }
}
