// Looks at everything that the chosen controls need. What fails becomes a missing fact or a trouble, never an abort.
import { messageOf } from '../core/error.ts'
import { missing } from '../core/fact.ts'
import type { Clock } from '../ports/clock.ts'
import type { Host } from '../ports/host.ts'
import type { Progress } from '../ports/progress.ts'
import type { GatherOptions } from './gather/options.ts'
import type { Observation } from './observation.ts'

/** The ports that gathering looks through. */
export interface Eyes {
  readonly clock: Clock
  readonly host: Host
}

const notAsked = missing('no chosen control looks at this')

export async function gather(
  eyes: Eyes,
  options: GatherOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Observation> {
  const troubles: { source: string; why: string }[] = []
  /** The part, or `otherwise` and a trouble. */
  const part = async <T>(name: string, otherwise: T, look: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    progress.step(name)
    try {
      return await look()
    } catch (thrown) {
      if (signal.aborted) throw thrown
      troubles.push({ source: name, why: messageOf(thrown) })
      return otherwise
    }
  }
  void part
  void options
  return {
    schema: 'etcdkeep.facts/v1',
    at: eyes.clock.now().toISOString(),
    probed: options.probe,
    members: [],
    apiservers: [],
    cluster: { auth: notAsked, alarms: notAsked, memberList: notAsked },
    keyspace: notAsked,
    host: { name: eyes.host.name, swap: notAsked, corePattern: notAsked },
    files: [],
    manifestDirectories: [],
    troubles,
  }
}
