import type { Answer } from '../../ports/prober.ts'
import { converse, type Call } from './converse.ts'

/** Opens a TCP connection and closes it: etcd notes nothing at its usual log level. */
export const askReach = (call: Call): Promise<Answer> =>
  converse<Answer>({ ...call, transport: { tls: false } }, (_, settle) =>
    settle({ outcome: 'answered', detail: 'TCP connection accepted' }),
  )
