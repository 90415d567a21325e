// Certificate files of a member or an API server, by what they are for and by which launch names them.
import type { Fact } from '../../core/fact.ts'
import { missing, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import type { Launch } from '../../effective/model.ts'
import type { Certificate } from '../../pki/model.ts'
import type { CertificateFile, CertificateRole } from '../facts/certificates.ts'
import type { Apiserver, Member } from '../observation.ts'

type Holder = Pick<Member | Apiserver, 'certificates' | 'running' | 'declared'>

/** The process first. */
export const launchesOf = (one: Pick<Holder, 'running' | 'declared'>): readonly Launch[] =>
  [valueOf(one.running), valueOf(one.declared)].filter((launch) => launch !== undefined)

export const filesWith = (
  one: Pick<Holder, 'certificates'>,
  ...roles: readonly CertificateRole[]
): readonly CertificateFile[] => one.certificates.filter((file) => roles.includes(file.role))

/** What the launch names in this role; a file that says no launch belongs to each. */
export const fileOf = (
  one: Pick<Holder, 'certificates'>,
  role: CertificateRole,
  launch: Launch,
): CertificateFile | undefined =>
  filesWith(one, role).find((file) => file.source === undefined || file.source === launch.source)

export const notGathered = missing(
  'the certificate files could not be looked at',
  'run as root on its host',
)

export const certificatesIn = (file: CertificateFile | undefined): Fact<readonly Certificate[]> =>
  file ? file.certificates : notGathered

export const leafOf = (file: CertificateFile | undefined): Certificate | undefined =>
  valueOf(certificatesIn(file))?.[0]

export const inFile = (file: CertificateFile, observed: string): Evidence => ({
  source: `file ${file.path}`,
  observed,
  layer: file.layer ?? 'declared',
})

/** A certificate in a few words that stay the same for as long as it does. */
export const described = (one: Certificate): string =>
  `${one.subject || 'no subject'}, sha256 ${one.fingerprint.slice(0, 16)}`
