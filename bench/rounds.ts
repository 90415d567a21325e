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

export async function inRounds(
  rounds: number,
  variants: readonly Variant[],
): Promise<readonly Summary[]> {
  const costs = variants.map((): Cost[] => [])
  for (let round = 0; round < rounds; round += 1) {
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    for (const [index, [, run]] of variants.entries()) costs[index]?.push(await run())
  }
  return variants.map(([name], index) => {
    const own = costs[index] ?? []
    return {
      name,
      wallSeconds: median(own.map((cost) => cost.wallSeconds)),
      ratio: median(
        own.map((cost, round) => cost.wallSeconds / (costs[0]?.[round]?.wallSeconds ?? Number.NaN)),
      ),
      cpuSeconds: median(own.map((cost) => cost.cpuSeconds)),
      peakMegabytes: Math.max(...own.map((cost) => cost.peakMegabytes)),
    }
  })
}
