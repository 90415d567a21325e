// What the certificates say, on disk and on the wire.
import { rm } from 'node:fs/promises'
import { type Case, m1 } from './case.ts'

const server = (file: string) =>
  m1({ flags: (g) => ({ 'cert-file': g.pki(`${file}.crt`), 'key-file': g.pki(`${file}.key`) }) })
const peer = (file: string) =>
  m1({
    flags: (g) => ({
      'peer-cert-file': g.pki(`${file}.crt`),
      'peer-key-file': g.pki(`${file}.key`),
    }),
  })

/** What is asked for over gRPC, of a server whose certificate is not accepted. */
const stillAsked: Case['expect'] = [
  ['alarms-clear', 'pass', 'etcd'],
  ['secrets-encrypted', 'not-applicable', 'etcd'],
]
const withApiserver: Pick<Case, 'after'> = {
  async after(ground) {
    await ground.apiserverManifest({})
  },
}

export const certificateCases: readonly Case[] = [
  {
    name: 'an expired server certificate hides nothing from a reader',
    members: server('server-expired'),
    ...withApiserver,
    expect: [['server-cert', 'fail'], ...stillAsked],
  },
  {
    name: 'a server certificate for another address hides nothing from a reader',
    members: server('server-elsewhere'),
    ...withApiserver,
    expect: [['server-cert', 'fail'], ...stillAsked],
  },
  {
    name: 'an expired server certificate',
    members: server('server-expired'),
    expect: [
      ['server-cert', 'fail'],
      ['cert-expiry', 'fail'],
    ],
  },
  {
    name: 'a server certificate for another address',
    members: server('server-elsewhere'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'a server certificate for clients only',
    members: server('server-client-usage'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'a server certificate of a foreign CA',
    members: server('server-foreign'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'a server certificate that ends in ten days',
    members: server('server-soon'),
    expect: [['cert-expiry', 'fail']],
  },
  {
    name: 'a server key of 1024 bits',
    members: server('server-rsa1024'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'good: an RSA server key of 2048 bits',
    members: server('server-rsa2048'),
    expect: [
      ['server-cert', 'pass'],
      ['cert-expiry', 'pass'],
    ],
  },
  {
    name: 'a server certificate that lives for twenty years',
    members: server('server-twenty-years'),
    expect: [['cert-lifetime', 'fail']],
  },
  {
    name: 'a peer certificate for servers only',
    members: peer('peer-server-usage'),
    expect: [['peer-cert', 'fail']],
  },
  {
    name: 'an expired peer certificate',
    members: peer('peer-expired'),
    expect: [
      ['peer-cert', 'fail'],
      ['cert-expiry', 'fail'],
    ],
  },
  {
    name: 'one certificate for clients and peers',
    members: m1({
      flags: (g) => ({
        'peer-cert-file': g.pki('server.crt'),
        'peer-key-file': g.pki('server.key'),
        'peer-trusted-ca-file': g.pki('etcd-ca.crt'),
      }),
    }),
    expect: [['cert-shared', 'fail']],
  },
  {
    name: 'the key file was replaced and no longer fits',
    members: server('server-replaced'),
    after: (g) => g.copy(g.pki('server-soon.key'), g.pki('server-replaced.key')),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'the certificate was removed under the running member',
    members: server('server-removed'),
    after: (g) => rm(g.pki('server-removed.crt')),
    expect: [
      ['server-cert', 'fail'],
      ['peer-cert', 'pass'],
    ],
  },
  {
    name: 'the CA file was replaced under the running member',
    members: m1({ flags: (g) => ({ 'trusted-ca-file': g.pki('etcd-ca-replaced.crt') }) }),
    after: (g) => g.copy(g.pki('foreign-ca.crt'), g.pki('etcd-ca-replaced.crt')),
    expect: [['ca-pool-current', 'fail']],
  },
  {
    name: 'good: the CA file in memory is the one on disk',
    expect: [['ca-pool-current', 'pass']],
  },
  {
    name: "the CA's key lies beside its certificate",
    members: m1({ flags: (g) => ({ 'trusted-ca-file': g.pki('with-key/etcd-ca.crt') }) }),
    expect: [['ca-key-offline', 'fail']],
  },
  {
    name: 'good: every certificate of the baseline',
    expect: [
      ['server-cert', 'pass'],
      ['peer-cert', 'pass'],
      ['client-cert', 'not-applicable'],
      ['cert-expiry', 'pass'],
      ['cert-lifetime', 'pass'],
    ],
  },
  {
    name: 'a server certificate with the address as its common name only',
    members: server('server-common-name'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'a server certificate for localhost, where 127.0.0.1 is advertised',
    members: server('server-localhost'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'good: a server certificate for the advertised localhost, the listener on 127.0.0.1',
    members: m1({
      flags: (g) => ({
        'cert-file': g.pki('server-localhost.crt'),
        'key-file': g.pki('server-localhost.key'),
        'advertise-client-urls': g.https('client').replace('127.0.0.1', 'localhost'),
      }),
    }),
    expect: [['server-cert', 'pass']],
  },
  {
    name: 'a server certificate that shuts the gateway out',
    members: server('server-server-usage'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'good: the same, where there is no gateway',
    members: m1({
      flags: (g) => ({
        'cert-file': g.pki('server-server-usage.crt'),
        'key-file': g.pki('server-server-usage.key'),
        'enable-grpc-gateway': 'false',
      }),
    }),
    expect: [['server-cert', 'pass']],
  },
  {
    name: 'good: the same, where the gateway has a certificate of its own',
    versions: (version) => !version.startsWith('3.4'),
    members: m1({
      flags: (g) => ({
        'cert-file': g.pki('server-server-usage.crt'),
        'key-file': g.pki('server-server-usage.key'),
        'client-cert-file': g.pki('gateway.crt'),
        'client-key-file': g.pki('gateway.key'),
      }),
    }),
    expect: [
      ['server-cert', 'pass'],
      ['client-cert', 'pass'],
    ],
  },
  {
    name: "a gateway's certificate that has the usages of a server only",
    versions: (version) => !version.startsWith('3.4'),
    members: m1({
      flags: (g) => ({
        'client-cert-file': g.pki('server-server-usage.crt'),
        'client-key-file': g.pki('server-server-usage.key'),
      }),
    }),
    expect: [
      ['server-cert', 'pass'],
      ['client-cert', 'fail'],
    ],
  },
  {
    name: 'good: a server certificate of an intermediate CA, which stands below it',
    members: server('server-chain'),
    expect: [['server-cert', 'pass']],
  },
  {
    name: 'a server certificate of an intermediate CA, which is missing',
    members: server('server-below'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'a manifest that names an expired server certificate',
    after: (g) =>
      g.manifest('etcd.yaml', 'm1', {
        'cert-file': g.pki('server-expired.crt'),
        'key-file': g.pki('server-expired.key'),
      }),
    expect: [
      ['server-cert', 'fail'],
      ['cert-expiry', 'fail'],
    ],
  },
  {
    name: 'an old process with an expired certificate behind a new manifest',
    members: server('server-expired'),
    after: (g) => g.manifest('etcd.yaml', 'm1'),
    expect: [['server-cert', 'fail']],
  },
  {
    name: 'good: no TLS at all, so no server certificate to judge',
    members: m1({
      flags: (g) => ({
        'listen-client-urls': g.http('client'),
        'advertise-client-urls': g.http('client'),
      }),
    }),
    expect: [['server-cert', 'not-applicable']],
  },
]
