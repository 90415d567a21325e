import { messageOf } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Started } from '../ports/launcher.ts'

export interface Supervised {
  /** Undefined while it is down. */
  pid(): number | undefined
  /** Ends it for good; `graceMs` 0 kills at once. */
  stop(graceMs?: number): Promise<void>
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000
/** A process that ran this long did not fail at its start. */
const SETTLED_MS = 10_000

/** Keeps a program running: starts it again when it ends, after a pause that doubles while it keeps failing. */
export function supervise(
  start: () => Promise<Started>,
  clock: Clock,
  note: (line: string) => void,
): Supervised {
  const stopping = new AbortController()
  let graceMs: number | undefined
  let current: Started | undefined
  const end = async () => (graceMs === 0 ? current?.kill() : current?.stop(graceMs))

  const runOnce = async (): Promise<void> => {
    try {
      current = await start()
      if (stopping.signal.aborted) await end()
      const exit = await current.exited
      if (!stopping.signal.aborted) note(`ended (${exit.signal ?? `exit status ${exit.status}`})`)
    } catch (error) {
      note(`could not be started: ${messageOf(error)}`)
    } finally {
      current = undefined
    }
  }

  const loop = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      const began = clock.now().getTime()
      await runOnce()
      if (clock.now().getTime() - began > SETTLED_MS) failures = 0
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
      if (!stopping.signal.aborted) await clock.sleep(pause, stopping.signal).catch(() => undefined)
    }
  }
  const done = loop()

  return {
    pid: () => current?.pid,
    async stop(grace) {
      graceMs = grace
      stopping.abort()
      await end()
      await done
    },
  }
}
