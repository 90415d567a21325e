// When a certificate is valid, and when its end is near.
import type { Certificate } from '../model.ts'

const DAY_MS = 86_400_000

type Dates = Pick<Certificate, 'notBefore' | 'notAfter'>

export const isValidAt = (one: Dates, now: Date): boolean =>
  Date.parse(one.notBefore) <= now.getTime() && now.getTime() <= Date.parse(one.notAfter)

/** `2026-11-20`: enough for people, and the same on every run. */
export const day = (iso: string): string => iso.slice(0, 10)

export const lifetimeDays = (one: Dates): number =>
  (Date.parse(one.notAfter) - Date.parse(one.notBefore)) / DAY_MS

export const daysLeft = (one: Dates, now: Date): number =>
  (Date.parse(one.notAfter) - now.getTime()) / DAY_MS

/** Why it is not valid now, as a clause about it; undefined where it is. */
export function invalidity(one: Dates, now: Date): string | undefined {
  if (isValidAt(one, now)) return undefined
  return Date.parse(one.notAfter) < now.getTime()
    ? `expired on ${day(one.notAfter)}`
    : `is not valid before ${one.notBefore}`
}

const MONTH_DAYS = 30
const QUARTER_DAYS = 90

/**
 * Days before its end at which a certificate should have been replaced: a month. One that lives for one to three
 * months is renewed by a machine, at a third of its life (the default of cert-manager); one that lives for a day
 * or so several times a day.
 */
export function renewalDays(one: Dates): number {
  const days = lifetimeDays(one)
  if (days > QUARTER_DAYS) return MONTH_DAYS
  if (days > MONTH_DAYS + 1) return days / 3
  return days < 1.1 ? days / 5 : MONTH_DAYS
}

export const endsSoon = (one: Dates, now: Date): boolean => daysLeft(one, now) < renewalDays(one)
