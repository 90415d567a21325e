// Which CAs a listener trusts, by the files it was started with and by what it shows on the wire.
import { valueOf } from '../core/fact.ts'
import type { Evidence } from '../core/finding.ts'
import { setting, type Launch } from '../effective/model.ts'
import type { Certificate } from '../pki/model.ts'
import type { CertificateFile, CertificateRole } from './facts/certificates.ts'
import type { Member, Observation } from './observation.ts'

export interface TrustedFile {
  readonly path: string
  readonly certificates: readonly Certificate[]
}

/** The readable CA files of a role. */
export const trusted = (
  files: readonly CertificateFile[],
  role: CertificateRole,
): readonly TrustedFile[] =>
  files.flatMap((file) => {
    const certificates = valueOf(file.certificates)
    return file.role === role && certificates ? [{ path: file.path, certificates }] : []
  })

export const certificatesOf = (files: readonly TrustedFile[]): readonly Certificate[] =>
  files.flatMap((file) => file.certificates)

/** The CAs that Kubernetes' own clients (kubelets, controllers, administrators) have their certificates from. */
export const clusterAuthorities = (all: Observation): readonly Certificate[] =>
  certificatesOf(all.apiservers.flatMap((one) => trusted(one.certificates, 'cluster-ca')))

/** Paths given to the API servers as the CA of Kubernetes clients. */
export const clusterAuthorityPaths = (all: Observation): readonly string[] =>
  all.apiservers
    .flatMap((one) => [valueOf(one.running), valueOf(one.declared)])
    .map((launch) => launch && setting(launch, 'client-ca-file'))
    .filter((path) => path !== undefined)

/** Certificates of the first list whose key the second has too: the same CA, whatever its file is called. */
export const shared = (
  some: readonly Certificate[],
  others: readonly Certificate[],
): readonly Certificate[] =>
  some.filter((one) => others.some((other) => other.spkiSha256 === one.spkiSha256))

export const fileEvidence = (
  launch: Pick<Launch, 'layer'>,
  path: string,
  certificate: Certificate,
): Evidence => ({
  source: `file ${path}`,
  observed: `CA ${certificate.subject}, public key sha256 ${certificate.spkiSha256.slice(0, 16)}`,
  layer: launch.layer,
})

/** The file that this launch names in this role; a file that says no launch belongs to each. */
export const filesFor = (
  member: Member,
  role: CertificateRole,
  launch: Launch,
  flag: string,
): readonly TrustedFile[] => {
  const own = member.certificates.filter(
    ({ source }) => source === undefined || source === launch.source,
  )
  return setting(launch, flag) === undefined ? [] : trusted(own, role)
}
