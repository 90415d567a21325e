// What a chain of links says about itself, and what others have seen of it. Pure.
import type { Sha256, Tip } from './model.ts'
import { type Folder, linkName } from './names.ts'
import { type Problem, notice, problem } from './problem.ts'

interface Linkish extends Tip {
  readonly content: { readonly previous: Sha256 | null }
}

/** Somebody who has seen a link: an anchor, or a signed object of the other chain. */
export interface Witness {
  readonly folder: Folder
  readonly tip: Tip
  /** Who: `the anchor /var/lib/…`, `records/000000000007.json`. */
  readonly by: string
}

export interface Range {
  readonly from: number
  readonly to: number
}

/** The numbers from 1 to `last` that are not among `present`, in runs. */
export function missingRanges(present: ReadonlySet<number>, last: number): readonly Range[] {
  const ranges: Range[] = []
  let next = 1
  for (const at of [
    ...[...present].filter((one) => one <= last).toSorted((a, b) => a - b),
    last + 1,
  ]) {
    if (at > next) ranges.push({ from: next, to: at - 1 })
    next = at + 1
  }
  return ranges
}

export interface Judged {
  readonly folder: Folder
  readonly links: readonly Linkish[]
  /** Names that are there, but hold no good link. */
  readonly bad: ReadonlySet<number>
  readonly witnesses: readonly Witness[]
  readonly acknowledged: readonly Range[]
}

const about = (folder: Folder, at: number): Partial<Problem> => ({
  object: linkName(folder, at),
  ...(folder === 'manifests' && { sequence: at }),
})

function gaps({ folder, links, bad, witnesses, acknowledged }: Judged): readonly Problem[] {
  const tip = links.at(-1)?.sequence ?? 0
  const seen = witnesses
    .filter((one) => one.folder === folder)
    .toSorted((a, b) => b.tip.sequence - a.tip.sequence)[0]
  const last = Math.max(tip, seen?.tip.sequence ?? 0)
  const present = new Set([...links.map(({ sequence }) => sequence), ...bad])
  return missingRanges(present, last).map(({ from, to }) => {
    const names = from === to ? linkName(folder, from) : `${linkName(folder, from)} to ${to}`
    const verb = from === to ? 'is' : 'are'
    if (acknowledged.some((one) => one.from <= from && to <= one.to))
      return notice('missing', `${names} ${verb} missing, as was acknowledged`, about(folder, from))
    return to > tip && seen
      ? problem(
          'rolled-back',
          `${names} ${verb} missing: ${seen.by} has seen ${seen.tip.sequence}`,
          {
            ...about(folder, from),
            hint: 'the newest were removed or an old copy was put in place: look at the store’s own versions and logs',
          },
        )
      : problem('missing', `${names} ${verb} missing: removed from the middle of the chain`, {
          ...about(folder, from),
          hint: 'look at the store’s own versions and logs; etcdkeep never removes them',
        })
  })
}

function breaks({ folder, links }: Judged): readonly Problem[] {
  const bySequence = new Map(links.map((link) => [link.sequence, link]))
  return links.flatMap((link) => {
    const before = bySequence.get(link.sequence - 1)
    const wanted = link.content.previous
    if (link.sequence === 1 ? wanted === null : !before || before.sha256 === wanted) return []
    const name = linkName(folder, link.sequence - 1)
    const message = `${name} is not the one that ${linkName(folder, link.sequence)} follows: one of the two was put in place of another`
    return [problem('replaced', message, about(folder, link.sequence - 1))]
  })
}

function contradictions({ folder, links, witnesses }: Judged): readonly Problem[] {
  const bySequence = new Map(links.map((link) => [link.sequence, link]))
  return witnesses
    .filter((one) => one.folder === folder)
    .flatMap(({ tip, by }) => {
      const link = bySequence.get(tip.sequence)
      if (!link || link.sha256 === tip.sha256) return []
      const message = `${linkName(folder, tip.sequence)} is not the one that ${by} has seen`
      return [problem('replaced', message, about(folder, tip.sequence))]
    })
}

/** Links in order of their sequence; what is wrong with single objects is told elsewhere. */
export const judgeLinks = (judged: Judged): readonly Problem[] => [
  ...gaps(judged),
  ...breaks(judged),
  ...contradictions(judged),
]
