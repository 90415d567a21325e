// Members known by an endpoint alone get the name that the cluster itself calls them by.
import { valueOf } from '../../core/fact.ts'
import type { Member } from '../observation.ts'

export const byEndpointAlone = ({ running, declared, visible }: Member): boolean =>
  !running.known && !declared.known && !visible

/**
 * An endpoint may change and may be one of several; etcd's name stays. Two that lead to one member, or a name that a
 * member of this host has too, keep their endpoint in the name.
 */
export function nameMembers(members: readonly Member[]): readonly Member[] {
  const names = members.map((member) =>
    byEndpointAlone(member) ? valueOf(member.status)?.name || member.name : member.name,
  )
  return members.map((member, index) => {
    const name = names[index] ?? member.name
    if (name === member.name) return member
    const alone = names.filter((one) => one === name).length === 1
    return { ...member, name: alone ? name : `${name} (${member.name})` }
  })
}
