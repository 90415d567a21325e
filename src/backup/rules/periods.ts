// Grandfather, father, son: the periods of UTC that a moment lies in.
export type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly'

export const PERIODS: readonly Period[] = ['hourly', 'daily', 'weekly', 'monthly', 'yearly']

const DAY_MS = 86_400_000

/** Weeks begin on Monday; 1970-01-01 was a Thursday. */
const week = (ms: number): string => String(Math.floor((ms / DAY_MS + 3) / 7))

/** The same text for two moments in the same period, and only for those. */
export function periodOf(period: Period, moment: string): string {
  const ms = Date.parse(moment)
  const iso = new Date(ms).toISOString()
  switch (period) {
    case 'hourly':
      return iso.slice(0, 13)
    case 'daily':
      return iso.slice(0, 10)
    case 'weekly':
      return week(ms)
    case 'monthly':
      return iso.slice(0, 7)
    case 'yearly':
      return iso.slice(0, 4)
    default:
      return period satisfies never
  }
}
