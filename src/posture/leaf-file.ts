// Looks a certificate of one launch over: the file, its key, the CA file it must lead to.
import { missing, type Missing } from '../core/fact.ts'
import type { Evidence } from '../core/finding.ts'
import { setting, type Launch } from '../effective/model.ts'
import type { Certificate } from '../pki/model.ts'
import { day } from '../pki/rules/dates.ts'
import { flaws } from '../pki/rules/leaf.ts'
import type { CertificateFile, CertificateRole } from './facts/certificates.ts'
import type { Bad } from './judge-doors.ts'
import type { LeafRule } from './leaf-purpose.ts'

export interface LeafSeen {
  readonly bad: readonly Bad[]
  /** What could not be looked at. */
  readonly blind: readonly Missing[]
  readonly good: readonly Evidence[]
  /** Why there was nothing to look at. */
  readonly none?: string
}

export const NOTHING: LeafSeen = { bad: [], blind: [], good: [] }

/** The file that this launch names for a role. */
export const fileOf = (
  files: readonly CertificateFile[],
  launch: Launch,
  role: CertificateRole,
): CertificateFile | undefined =>
  files.find((file) => file.role === role && (file.layer ?? launch.layer) === launch.layer)

export const told = (leaf: Certificate): string =>
  `${leaf.subject || 'no subject'}, issued by ${leaf.issuer || 'nobody'}, until ${day(leaf.notAfter)}`

const notRead = (path: string) =>
  missing(`${path} was not looked at`, 'run as root on the member’s host')

function keyFlaw({ key }: CertificateFile, leaf: Certificate): string | undefined {
  return key?.known && key.value.spkiSha256 !== leaf.spkiSha256
    ? `does not belong to the key in ${key.value.path}`
    : undefined
}

interface Authorities {
  readonly known?: readonly Certificate[]
  readonly blind?: Missing
}

function authoritiesFor(
  files: readonly CertificateFile[],
  launch: Launch,
  { role, flag }: LeafRule['authority'],
): Authorities {
  const path = setting(launch, flag)
  if (path === undefined) return {}
  const fact = fileOf(files, launch, role)?.certificates ?? notRead(path)
  return fact.known ? { known: fact.value } : { blind: fact }
}

/** The CAs that a listener's certificate must lead to, where the launch names them and they can be read. */
export const trustedBy = (
  files: readonly CertificateFile[],
  launch: Launch,
  rule: LeafRule,
): readonly Certificate[] | undefined => authoritiesFor(files, launch, rule.authority).known

/** One certificate of one launch. */
export function lookAtLeaf(
  rule: LeafRule,
  launch: Launch,
  files: readonly CertificateFile[],
  now: Date,
): LeafSeen {
  const expected = rule.expected(launch)
  if (typeof expected === 'string') return { ...NOTHING, none: expected }
  const path = setting(launch, rule.flag)
  if (path === undefined) return { ...NOTHING, none: `--${rule.flag} is not given` }
  const file = fileOf(files, launch, rule.role)
  if (!file) return { ...NOTHING, blind: [notRead(path)] }
  if (!file.certificates.known) return { ...NOTHING, blind: [file.certificates] }
  const [leaf] = file.certificates.value
  if (!leaf) return { ...NOTHING, blind: [missing(`${file.path} holds no certificate`)] }
  const trust = authoritiesFor(files, launch, rule.authority)
  const purpose = { ...expected, ...(trust.known && { authorities: trust.known }) }
  const evidence = (observed: string): Evidence => ({
    source: `${launch.source} --${rule.flag} ${file.path}`,
    observed,
    layer: launch.layer,
  })
  const found = [...flaws(file.certificates.value, purpose, now), keyFlaw(file, leaf)]
  return {
    bad: found.flatMap((flaw) =>
      flaw === undefined ? [] : [{ summary: `${file.path} ${flaw}`, evidence: evidence(flaw) }],
    ),
    blind: [trust.blind, file.key].filter((one): one is Missing => one?.known === false),
    good: [evidence(told(leaf))],
  }
}
