// Where certificates lie, and how they get there.
import { dirname } from 'node:path'
import type { Files } from '../ports/files.ts'
import type { Issued } from './issue.ts'
import { privatePem } from './key.ts'

/** A certificate file and its key. */
export interface Pair {
  readonly certificate: string
  readonly key: string
}

const pair = (stem: string): Pair => ({ certificate: `${stem}.crt`, key: `${stem}.key` })

/** The places that kubeadm uses below its `certificatesDir` (`/etc/kubernetes/pki`). */
export const kubeadmLayout = (pki: string) => ({
  etcdCa: pair(`${pki}/etcd/ca`),
  server: pair(`${pki}/etcd/server`),
  peer: pair(`${pki}/etcd/peer`),
  healthcheckClient: pair(`${pki}/etcd/healthcheck-client`),
  apiserverEtcdClient: pair(`${pki}/apiserver-etcd-client`),
  clusterCa: pair(`${pki}/ca`),
})

/** Any name, beside each other in one directory. */
export const freeLayout = (directory: string) => (name: string) => pair(`${directory}/${name}`)

export interface WriteModes {
  readonly key?: number
  readonly certificate?: number
}

/**
 * Writes a certificate and its key. The key is written first: whoever reads between the two sees a pair that
 * does not match, never a certificate without any key.
 */
export async function writePair(
  files: Files,
  place: Pair,
  issued: Issued,
  modes: WriteModes = {},
): Promise<void> {
  await files.makeDirectory(dirname(place.key))
  await files.makeDirectory(dirname(place.certificate))
  await files.write(place.key, privatePem(issued.key).reveal(), { mode: modes.key ?? 0o600 })
  await files.write(place.certificate, issued.pem, { mode: modes.certificate ?? 0o644 })
}
