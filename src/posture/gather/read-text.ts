import { KeepError, messageOf } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Host } from '../../ports/host.ts'

/** What may be missing after a failed read, in the words of a fact. */
export function missingFrom(thrown: unknown): Fact<never> {
  if (thrown instanceof KeepError && thrown.kind === 'denied')
    return missing(thrown.message, 'run as root on its host')
  return missing(messageOf(thrown))
}

/** The text of a file on the host. */
export async function readText(host: Host, path: string): Promise<Fact<string>> {
  try {
    return known(Buffer.from(await host.read(path)).toString('utf8'))
  } catch (thrown) {
    return missingFrom(thrown)
  }
}

/** The names in a directory; missing where there is none. */
export async function listDirectory(host: Host, path: string): Promise<Fact<readonly string[]>> {
  try {
    return known(await host.list(path))
  } catch (thrown) {
    return missingFrom(thrown)
  }
}

/** Process ids, or none where `/proc` is not there (a mounted disk). */
export async function processIds(host: Host): Promise<readonly number[]> {
  try {
    return await host.pids()
  } catch {
    return []
  }
}
