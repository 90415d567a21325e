import { setTimeout as pause } from 'node:timers/promises'

/** Waits until the condition holds; fails with its name after `timeoutMs`. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await pause(25)
  }
}
