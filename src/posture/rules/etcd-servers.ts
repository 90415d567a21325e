// Which of the known members an API server talks to, by the addresses that both name.
import { setting, type Launch, urls } from '../../effective/model.ts'
import type { Member, Observation } from '../observation.ts'
import { launchesOf } from './certificate-files.ts'

const CLIENT_FLAGS = ['listen-client-urls', 'advertise-client-urls'] as const

/** `host:port` of a URL, lower-case; undefined where it is none. */
function addressIn(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed?.host === '' ? undefined : parsed?.host
}

const addressesOf = (member: Member): readonly (string | undefined)[] => [
  member.name,
  ...launchesOf(member).flatMap((launch) =>
    CLIENT_FLAGS.flatMap((flag) => urls(launch, flag).map(addressIn)),
  ),
]

/** Members that `--etcd-servers` names; none where they are out of sight. */
export function etcdsOf(apiserver: Launch, all: Observation): readonly Member[] {
  if (setting(apiserver, 'etcd-servers') === undefined) return []
  const dialled = new Set(urls(apiserver, 'etcd-servers').map(addressIn))
  return all.members.filter((member) =>
    addressesOf(member).some((address) => address !== undefined && dialled.has(address)),
  )
}
