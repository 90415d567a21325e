// Everything that can be wrong with a certificate of a server or client, for what it is used for.
import type { Certificate } from '../model.ts'
import { chainOf } from './chain.ts'
import { invalidity } from './dates.ts'
import { covers, namesText } from './names.ts'
import { weakKey, weakSignature } from './strength.ts'
import { allows, forbiddenBy, type Usage } from './usages.ts'

export interface Purpose {
  /** Hosts that it is dialled under. */
  readonly hosts: readonly string[]
  /** What it is used for, with the reason where one must be told. */
  readonly usages: readonly { readonly usage: Usage; readonly because: string }[]
  /** The CAs that it must lead to; left out where none are configured or known. */
  readonly authorities?: readonly Certificate[]
}

/** Each a clause about the certificate, the gravest first; none where all is well. `file` = leaf first, then what came with it. */
export function flaws(
  file: readonly Certificate[],
  { hosts, usages, authorities }: Purpose,
  now: Date,
): readonly string[] {
  const [leaf, ...intermediates] = file
  if (!leaf) return ['is missing']
  const chain = authorities && chainOf(leaf, { intermediates, authorities, now })
  const path = chain?.found ?? [leaf]
  const uncovered = hosts.filter((host) => !covers(leaf, host))
  return [
    invalidity(leaf, now),
    chain && !chain.found ? chain.why : undefined,
    uncovered.length > 0
      ? `is not valid for ${uncovered.join(', ')}; it names ${namesText(leaf)}`
      : undefined,
    ...usages.map(({ usage, because }) => {
      if (!allows(leaf, usage)) return `lacks the usage ${usage}, ${because}`
      const forbidding = forbiddenBy(path, usage)
      return forbidding && `is issued by ${forbidding.subject}, which does not allow ${usage}`
    }),
    leaf.isCa ? 'is the certificate of a CA' : undefined,
    weakKey(leaf),
    weakSignature(leaf),
    ...path.slice(1).map((ca) => {
      const weakness = weakKey(ca) ?? weakSignature(ca)
      return weakness && `is issued by ${ca.subject}, which ${weakness}`
    }),
  ].filter((flaw) => flaw !== undefined)
}
