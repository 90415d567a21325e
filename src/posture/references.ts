// Ids of the CIS Kubernetes Benchmark by version: they drift, so controls name the subject and get every id.
import type { Reference } from '../core/finding.ts'

/** Newest first. 2.0.1 carries 1.12's checks on unchanged. */
const SINCE_1_9 = ['2.0.1', '1.12', '1.11', '1.10', '1.9'] as const
const OLDER = ['1.8', '1.7', '1.24', '1.23', '1.20', '1.6'] as const

const everywhere = (id: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...SINCE_1_9, ...OLDER].map((version) => [version, id]))

/** One id since 1.9, then one for each older benchmark in the order of `OLDER`. */
const drifting = (id: string, ...older: readonly string[]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(SINCE_1_9.map((version) => [version, id])),
  ...Object.fromEntries(older.map((one, index) => [OLDER[index] ?? '', one])),
})

const since19 = (id: string): Readonly<Record<string, string>> =>
  Object.fromEntries(SINCE_1_9.map((version) => [version, id]))

const CIS = {
  'etcd-certificate': everywhere('2.1'),
  'etcd-client-auth': everywhere('2.2'),
  'etcd-auto-tls': everywhere('2.3'),
  'etcd-peer-certificate': everywhere('2.4'),
  'etcd-peer-client-auth': everywhere('2.5'),
  'etcd-peer-auto-tls': everywhere('2.6'),
  'etcd-unique-ca': everywhere('2.7'),
  'etcd-client-certificate': drifting(
    '1.2.23',
    '1.2.24',
    '1.2.25',
    '1.2.25',
    '1.2.26',
    '1.2.28',
    '1.2.29',
  ),
  'etcd-ca': drifting('1.2.26', '1.2.27', '1.2.28', '1.2.28', '1.2.29', '1.2.31', '1.2.32'),
  'encryption-config': drifting(
    '1.2.27',
    '1.2.28',
    '1.2.29',
    '1.2.29',
    '1.2.30',
    '1.2.32',
    '1.2.33',
  ),
  'encryption-providers': drifting(
    '1.2.28',
    '1.2.29',
    '1.2.30',
    '1.2.30',
    '1.2.31',
    '1.2.33',
    '1.2.34',
  ),
  'apiserver-ciphers': drifting(
    '1.2.29',
    '1.2.30',
    '1.2.31',
    '1.2.31',
    '1.2.32',
    '1.2.34',
    '1.2.35',
  ),
  'anonymous-auth': since19('1.2.1'),
  'token-auth-file': since19('1.2.2'),
  'authorization-mode': since19('1.2.6'),
  'apiserver-manifest-mode': since19('1.1.1'),
  'apiserver-manifest-owner': since19('1.1.2'),
  'manifest-mode': since19('1.1.7'),
  'manifest-owner': since19('1.1.8'),
  'data-dir-mode': since19('1.1.11'),
  'admin-kubeconfig-mode': since19('1.1.13'),
  'pki-owner': since19('1.1.19'),
  'certificate-mode': since19('1.1.20'),
  'key-mode': since19('1.1.21'),
} as const

/** The subject's id in every benchmark version that has it. */
export const cis = (subject: keyof typeof CIS): readonly Reference[] =>
  Object.entries(CIS[subject]).map(([version, id]) => ({
    standard: `CIS Kubernetes ${version}`,
    id,
  }))
