// Tells a process that was started for the new files from one that ran before: arguments alone may be the same.
import type { Host } from '../ports/host.ts'

/** Processes that run with exactly these arguments, as `pid@start`; the program's own path may differ. */
export async function runners(host: Host, argv: readonly string[]): Promise<readonly string[]> {
  const wanted = argv.slice(1).join('\0')
  const found: string[] = []
  for (const pid of await host.pids()) {
    const process = await host.process(pid).catch(() => undefined)
    if (process && process.argv.slice(1).join('\0') === wanted)
      found.push(`${pid}@${process.started}`)
  }
  return found
}

/** Whether a process that is none of `old` has these arguments. */
export const isFresh =
  (host: Host, argv: readonly string[], old: readonly string[] = []) =>
  async (): Promise<boolean> =>
    (await runners(host, argv)).some((one) => !old.includes(one))
