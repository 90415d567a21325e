// Which doors a member has, by what its process and its manifest say.
import { valueOf, type Fact } from '../../core/fact.ts'
import { setting, urls, type Launch } from '../../effective/model.ts'
import type { ListenerProbe, ListenerRole } from '../facts/probes.ts'

export type Listening = Pick<ListenerProbe, 'role' | 'url' | 'origin'>

const FLAGS: readonly (readonly [flag: string, role: ListenerRole])[] = [
  ['listen-client-urls', 'client'],
  ['listen-client-http-urls', 'client-http'],
  ['listen-peer-urls', 'peer'],
  ['listen-metrics-urls', 'metrics'],
]

const listeningOf = (launch: Launch): readonly Listening[] =>
  FLAGS.flatMap(([flag, role]) =>
    (setting(launch, flag) === undefined ? [] : urls(launch, flag)).map((url) => ({
      role,
      url,
      origin: { layer: launch.layer, source: launch.source },
    })),
  )

/** One for each URL and role; where process and manifest agree, the process is the source. */
export function listening(member: {
  readonly running: Fact<Launch>
  readonly declared: Fact<Launch>
  readonly visible?: Launch
}): readonly Listening[] {
  const launches = [valueOf(member.running), member.visible, valueOf(member.declared)]
  const all = launches.flatMap((launch) => (launch ? listeningOf(launch) : []))
  return all.filter(
    (one, index) =>
      all.findIndex((other) => other.role === one.role && other.url === one.url) === index,
  )
}
