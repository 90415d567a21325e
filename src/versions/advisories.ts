// Which published advisories apply to a version in a configuration. The data is a dated file: docs/guide/advisories.md.
import { z } from 'zod'
import { KeepError } from '../core/error.ts'
import data from './advisories.json' with { type: 'json' }
import { compareVersions, minorOf, parseVersion, type Version } from './version.ts'

/** What has to be so for an advisory to matter. */
export const CONDITIONS = ['always', 'auth', 'tls', 'debug', 'crl-on-split-listener'] as const
export type Condition = (typeof CONDITIONS)[number]

const version = z.string().refine((text) => parseVersion(text) !== undefined, 'is no version')
const schema = z.strictObject({
  /** The day up to which every published advisory is known. */
  date: z.iso.date(),
  /** The day on which `lines` was true; `date` where left out. It makes no older advisory data fresh. */
  releases: z.iso.date().optional(),
  source: z.string(),
  lines: z.array(
    z.strictObject({
      minor: z.string(),
      state: z.enum(['supported', 'end-of-life']),
      latest: version,
    }),
  ),
  advisories: z.array(
    z.strictObject({
      id: z.string(),
      cve: z.string().optional(),
      severity: z.enum(['critical', 'high', 'medium', 'low']),
      summary: z.string(),
      when: z.enum(CONDITIONS),
      /** First fixed release of each line; a line that is not named has no fix. */
      fixed: z.record(z.string(), version),
    }),
  ),
})
export type AdvisoryData = z.infer<typeof schema>
export type Advisory = AdvisoryData['advisories'][number]

/** Throws KeepError `config` with the first thing that is wrong. */
export function parseAdvisories(value: unknown, source: string): AdvisoryData {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new KeepError(
    'config',
    'versions.bad-data',
    `${source}: ${issue?.path.join('.')}: ${issue?.message}`,
    {
      hint: 'docs/guide/advisories.md shows the form',
    },
  )
}

export const published = parseAdvisories(data, 'advisories.json')

const isFixed = (advisory: Advisory, at: Version): boolean => {
  const fixed = parseVersion(advisory.fixed[minorOf(at)] ?? '')
  if (fixed) return compareVersions(at, fixed) >= 0
  // A line newer than every fixed one was cut after the fix; an older one never got it.
  const newest = Object.values(advisory.fixed)
    .map(parseVersion)
    .filter((one) => one !== undefined)
    .toSorted(compareVersions)
    .at(-1)
  return newest !== undefined && compareVersions(at, newest) > 0
}

/** Advisories that this version has open, whatever the configuration. */
export const openIn = (at: Version, known: AdvisoryData = published): readonly Advisory[] =>
  known.advisories.filter((advisory) => !isFixed(advisory, at))

export const lineOf = (at: Version, known: AdvisoryData = published) =>
  known.lines.find((line) => line.minor === minorOf(at))

const STALE_DAYS = 90

/** Days since the data was true, where that is too long to rely on it; undefined while it is fresh. */
export function staleDays(now: Date, known: AdvisoryData = published): number | undefined {
  const days = Math.floor((now.getTime() - Date.parse(known.date)) / 86_400_000)
  return days > STALE_DAYS ? days : undefined
}
