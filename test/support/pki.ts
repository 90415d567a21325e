// Certificates for the corpus, good and deliberately bad, all in one directory; names say what each is.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Issued, issue, issueCrl, type Request } from '../../src/pki/issue.ts'
import { privatePem } from '../../src/pki/key.ts'
import { authority, client, peer, server, validFor } from '../../src/pki/profiles.ts'

const LOOPBACK = { name: 'm1', places: ['https://127.0.0.1:2379', 'https://localhost:2379'] }

/** Lays the whole PKI below `directory`. */
export async function layPki(directory: string, now = new Date()): Promise<void> {
  const year = { now, days: 365 }
  const decade = { now, days: 3650 }
  await mkdir(join(directory, 'modes'), { recursive: true, mode: 0o700 })
  await mkdir(join(directory, 'with-key'), { mode: 0o700 })
  await mkdir(join(directory, 'own'), { mode: 0o700 })

  const text = (name: string, content: string | Uint8Array, mode = 0o644) =>
    writeFile(join(directory, name), content, { mode })
  const pair = async (name: string, issued: Issued, key = `${name}.key`) => {
    await text(`${name}.crt`, issued.pem)
    await text(key, privatePem(issued.key).reveal(), 0o600)
  }
  const [etcdCa, peerCa, clusterCa, foreignCa] = await Promise.all([
    issue(authority('etcd-ca', decade)),
    issue(authority('etcd-peer-ca', decade)),
    issue(authority('kubernetes', decade)),
    issue(authority('somebody-else', decade)),
  ])
  // Only certificates: a CA's key beside its certificate is a finding of its own.
  await text('etcd-ca.crt', etcdCa.pem)
  await text('peer-ca.crt', peerCa.pem)
  await text('cluster-ca.crt', clusterCa.pem)
  await text('cluster-ca-copy.crt', clusterCa.pem)
  await text('foreign-ca.crt', foreignCa.pem)
  await text('etcd-ca-replaced.crt', etcdCa.pem)
  await text('own/ca.crt', etcdCa.pem)
  await text('bundle.crt', etcdCa.pem + clusterCa.pem)
  await pair('with-key/etcd-ca', etcdCa)
  const crlTimes = { thisUpdate: now, nextUpdate: validFor(year).notAfter }
  const crl = Buffer.from(await issueCrl(etcdCa, [], crlTimes)).toString('base64')
  await text(
    'crl.pem',
    `-----BEGIN X509 CRL-----\n${crl.replaceAll(/.{64}/g, '$&\n')}\n-----END X509 CRL-----\n`,
  )

  const servers: readonly (readonly [string, Partial<Request>, Issued?])[] = [
    ['server', {}],
    ['server-expired', validFor({ now, days: -1 })],
    ['server-elsewhere', { names: { dns: ['etcd.example.org'], ips: ['192.0.2.9'] } }],
    ['server-client-usage', { usages: ['clientAuth'] }],
    ['server-foreign', {}, foreignCa],
    ['server-soon', validFor({ now, days: 10 })],
    ['server-rsa1024', { keyKind: 'RSA-1024' }],
    ['server-rsa2048', { keyKind: 'RSA-2048' }],
    ['server-twenty-years', validFor({ now, days: 7300 })],
    ['server-replaced', {}],
    ['server-removed', {}],
    ['server-server-usage', { usages: ['serverAuth'] }],
    ['server-common-name', { commonName: '127.0.0.1', names: { dns: [], ips: [] } }],
    ['server-localhost', { names: { dns: ['localhost'], ips: [] } }],
  ]
  const expired = { notBefore: new Date(now.getTime() - 30 * 86_400_000) }
  for (const [name, changes, issuer = etcdCa] of servers)
    await pair(
      name,
      await issue(
        { ...server(LOOPBACK, year), ...changes, ...(name.endsWith('expired') && expired) },
        issuer,
      ),
    )
  const middle = await issue(authority('etcd-middle', year), etcdCa)
  const below = await issue(server(LOOPBACK, year), middle)
  await pair('server-below', below)
  await pair('server-chain', { ...below, pem: below.pem + middle.pem })
  await pair('gateway', await issue(client('gateway', year), etcdCa))
  await pair('peer', await issue(peer(LOOPBACK, year), peerCa))
  await pair(
    'peer-server-usage',
    await issue({ ...peer(LOOPBACK, year), usages: ['serverAuth'] }, peerCa),
  )
  await pair(
    'peer-expired',
    await issue({ ...peer(LOOPBACK, year), ...validFor({ now, days: -1 }), ...expired }, peerCa),
  )
  await pair(
    'apiserver-etcd-client',
    await issue(client('kube-apiserver-etcd-client', year), etcdCa),
  )
  for (const name of ['world', 'link', 'tight-link', 'copied', 'read-only']) {
    const issued = await issue(server(LOOPBACK, year), etcdCa)
    const linked = name.endsWith('link')
    const file = linked ? `${name}-target` : name === 'world' ? 'world.pem' : `${name}.key`
    await pair(`modes/${name}`, issued, `modes/${file}`)
    if (linked) await symlink(`${name}-target`, join(directory, `modes/${name}.key`))
  }
}
