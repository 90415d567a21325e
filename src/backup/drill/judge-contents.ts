// What the file alone says about the day it is needed. Pure.
import type { SurveyResult } from '../../snapshot/survey/result.ts'
import type { DrillCheck, Drilled } from './model.ts'

const check = 'encryption-keys' as const

/** Whether the Kubernetes encryption keys that rows name are on hand: without them the rows come back unreadable. */
export function keysOnHand(
  named: readonly string[],
  onHand: ReadonlySet<string> | undefined,
): { readonly names: Drilled['encryptionKeys']; readonly check?: DrillCheck } {
  if (named.length === 0) return { names: [] }
  if (!onHand) {
    const detail = `rows are encrypted with ${named.join(', ')}; nobody looked whether they are on hand (--encryption-config)`
    return { names: named.map((name) => ({ name })), check: { check, verdict: 'unknown', detail } }
  }
  const names = named.map((name) => ({ name, onHand: onHand.has(name) }))
  const absent = names.filter((one) => !one.onHand).map(({ name }) => name)
  return absent.length === 0
    ? { names, check: { check, verdict: 'pass', detail: `${named.join(', ')}: on hand by name` } }
    : {
        names,
        check: {
          check,
          verdict: 'fail',
          detail: `rows are encrypted with ${absent.join(', ')}, which the configuration does not name`,
        },
      }
}

const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`

/** What a restore of it brings along. */
export function noticesOf({ contents, auth }: SurveyResult): readonly string[] {
  const { leases, authEnabled } = contents
  return [
    ...(leases > 0 ? [`${count(leases, 'lease')}: their time starts again at the restore`] : []),
    ...(authEnabled
      ? [`${count(auth.users.length, 'user')} and their passwords come back as they were`]
      : []),
  ]
}
