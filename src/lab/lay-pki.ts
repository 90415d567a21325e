// Certificates of a lab, in kubeadm's layout on each member's own "machine".
import { type Issued, issue } from '../pki/issue.ts'
import { freeLayout, kubeadmLayout, writePair } from '../pki/layout.ts'
import {
  CA_DAYS,
  LEAF_DAYS,
  apiserverEtcdClient,
  authority,
  healthcheckClient,
  peer,
  server,
} from '../pki/profiles.ts'
import type { LabMember, LabPorts } from './model.ts'
import type { Shape } from './shape.ts'

interface Authorities {
  readonly cluster: Issued
  readonly etcd: Issued
  readonly peer: Issued
}

/** Where a member finds the CA of its peers; kubeadm has no such file, it knows one etcd CA only. */
export const peerCaFile = (pki: string): string => `${pki}/etcd/peer-ca.crt`

async function makeAuthorities(shape: Shape, now: Date): Promise<Authorities> {
  const lifetime = { now, days: CA_DAYS }
  const cluster = await issue(authority('kubernetes', lifetime))
  if (shape.authorities === 'shared') return { cluster, etcd: cluster, peer: cluster }
  return {
    cluster,
    etcd: await issue(authority('etcd-ca', lifetime)),
    peer: await issue(authority('etcd-peer-ca', lifetime)),
  }
}

async function layMember(
  ports: LabPorts,
  shape: Shape,
  member: LabMember,
  authorities: Authorities,
): Promise<void> {
  const { files, clock } = ports
  const places = kubeadmLayout(member.pki)
  const modes = { key: shape.keyMode }
  const lifetime = { now: clock.now(), days: LEAF_DAYS }
  const names = {
    name: member.name,
    places: [member.clientUrl, member.peerUrl, 'localhost', '::1'],
  }
  const put = async (place: typeof places.server, issued: Promise<Issued>) =>
    writePair(files, place, await issued, modes)
  await put(places.server, issue(server(names, lifetime), authorities.etcd))
  await put(places.peer, issue(peer(names, lifetime), authorities.peer))
  await put(places.healthcheckClient, issue(healthcheckClient(lifetime), authorities.etcd))
  await put(places.apiserverEtcdClient, issue(apiserverEtcdClient(lifetime), authorities.etcd))
  const open = { mode: 0o644 }
  await files.write(places.etcdCa.certificate, authorities.etcd.pem, open)
  await files.write(peerCaFile(member.pki), authorities.peer.pem, open)
  if (shape.authorities === 'shared')
    await writePair(files, places.clusterCa, authorities.cluster, modes)
  else await files.write(places.clusterCa.certificate, authorities.cluster.pem, open)
}

/** Lays the certificates of all members; the keys of a secure lab's CAs go to `<directory>/offline`. */
export async function layPki(
  ports: LabPorts,
  shape: Shape,
  directory: string,
  members: readonly LabMember[],
): Promise<void> {
  const authorities = await makeAuthorities(shape, ports.clock.now())
  for (const member of members) await layMember(ports, shape, member, authorities)
  if (shape.authorities === 'shared') return
  const offline = freeLayout(`${directory}/offline`)
  await writePair(ports.files, offline('kubernetes-ca'), authorities.cluster)
  await writePair(ports.files, offline('etcd-ca'), authorities.etcd)
  await writePair(ports.files, offline('etcd-peer-ca'), authorities.peer)
}
