// Interleaved rounds (A, B, C, A, B, C, …) and what they come to.
import type { Cost } from './measure.ts'

export interface Summary {
  readonly name: string
  readonly wallSeconds: number
  /** Median over rounds of this one's time by the first one's: how many times as long it takes. */
  readonly ratio: number
  readonly cpuSeconds: number
  /** The largest of any round. */
  readonly peakMegabytes: number
}

export type Variant = readonly [name: string, run: () => Promise<Cost>]

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** What each variant cost in each round. */
export async function costsOf(
  rounds: number,
  variants: readonly Variant[],
): Promise<readonly (readonly Cost[])[]> {
  const costs = variants.map((): Cost[] => [])
  for (let round = 0; round < rounds; round += 1) {
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    for (const [index, [, run]] of variants.entries()) costs[index]?.push(await run())
  }
  return costs
}

/** Median over rounds: how many times as long `own` takes as `base`. */
export const ratioOf = (own: readonly Cost[], base: readonly Cost[]): number =>
  median(own.map((cost, round) => cost.wallSeconds / (base[round]?.wallSeconds ?? Number.NaN)))

/** Each against the first. */
export const summaries = (
  variants: readonly Variant[],
  costs: readonly (readonly Cost[])[],
): readonly Summary[] =>
  variants.map(([name], index) => {
    const own = costs[index] ?? []
    return {
      name,
      wallSeconds: median(own.map((cost) => cost.wallSeconds)),
      ratio: ratioOf(own, costs[0] ?? []),
      cpuSeconds: median(own.map((cost) => cost.cpuSeconds)),
      peakMegabytes: Math.max(...own.map((cost) => cost.peakMegabytes)),
    }
  })

export const inRounds = async (
  rounds: number,
  variants: readonly Variant[],
): Promise<readonly Summary[]> => summaries(variants, await costsOf(rounds, variants))
