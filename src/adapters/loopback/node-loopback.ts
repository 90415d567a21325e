import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { KeepError } from '../../core/error.ts'
import type { Loopback } from '../../ports/loopback.ts'

/** Below Linux' usual ephemeral range (32768 and up): a port stays free while its server restarts. */
const RANGE = [20_000, 32_000] as const

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

export const nodeLoopback = (): Loopback => ({
  async freePorts(count) {
    const found = new Set<number>()
    for (let tries = 0; found.size < count && tries < count * 50; tries += 1) {
      const port = randomInt(...RANGE)
      if (!found.has(port) && (await isFree(port))) found.add(port)
    }
    if (found.size === count) return [...found]
    throw new KeepError('unavailable', 'loopback.no-ports', `no ${count} free ports on 127.0.0.1`, {
      hint: 'stop some of the servers that listen between 20000 and 32000',
    })
  },
})
