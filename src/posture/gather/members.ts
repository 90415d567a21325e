// Who there is to look at: members of this host, and those that an endpoint was given for.
import { missing, valueOf, type Fact } from '../../core/fact.ts'
import { urls, type Launch } from '../../effective/model.ts'
import type { Apiserver, Member } from '../observation.ts'
import { addressOf, doorOf } from './door.ts'
import type { GatherOptions } from './options.ts'

export interface Launches {
  readonly name: string
  readonly declared: Fact<Launch>
  readonly running: Fact<Launch>
  readonly visible?: Launch
}

const notAsked = missing('no chosen control looks at this')

export const freshMember = ({ name, declared, running, visible }: Launches): Member => ({
  name,
  declared,
  running,
  ...(visible && { visible }),
  listeners: notAsked,
  certificates: [],
  dataDirectory: notAsked,
  disk: notAsked,
  status: notAsked,
  anonymous: notAsked,
})

export const freshApiserver = ({ name, declared, running }: Launches): Apiserver => ({
  name,
  declared,
  running,
  certificates: [],
  encryption: notAsked,
})

const addresses = (member: Member): readonly string[] =>
  [valueOf(member.running), member.visible, valueOf(member.declared)]
    .filter((one) => one !== undefined)
    .flatMap((one) => [...urls(one, 'advertise-client-urls'), ...urls(one, 'listen-client-urls')])

const hostOf = (url: string): string => URL.parse(url)?.host ?? url

/** Client URLs that a member can be asked at. */
const clientUrlsOf = (member: Member): readonly string[] =>
  [...new Set(addresses(member))].filter((url) => /^https?:\/\//.test(url))

/** Where a URL is dialled: a wildcard address means this machine. */
function dialled(url: string): readonly string[] {
  const door = doorOf(url)
  return door.known ? [`${url.split('://')[0]}://${addressOf(door.value)}`] : []
}

/** Client URLs of one member that can be dialled from here. */
export function doorsOf(
  member: Member,
  { endpoints }: Pick<GatherOptions, 'endpoints'>,
): readonly string[] {
  const given = endpoints.filter((url) => url.endsWith(`://${member.name}`))
  return [...new Set([...clientUrlsOf(member), ...given].flatMap(dialled))]
}

/** A member for each endpoint that none of the known ones answers to; named `host:port`. */
export function membersElsewhere(
  endpoints: readonly string[],
  here: readonly Member[],
): readonly Member[] {
  const taken = new Set(here.flatMap(addresses).map(hostOf))
  const elsewhere = [...new Set(endpoints.map(hostOf))].filter((address) => !taken.has(address))
  const unseen = missing(
    'this member is known by its endpoint alone',
    'run as root on the member’s host',
  )
  return elsewhere.map((name) => freshMember({ name, declared: unseen, running: unseen }))
}
