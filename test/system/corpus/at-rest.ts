// What is stored: the rows themselves, and what the API server was told to do with them.
import { readFile } from 'node:fs/promises'
import { grpcEtcd } from '../../../src/adapters/etcd/connector.ts'
import { Secret } from '../../../src/core/secret.ts'
import type { Ground } from '../../support/ground.ts'
import { type Case } from './case.ts'

/** Secrets in the clear, then encrypted under the same keys; `compacted`: up to the last revision, or to the first. */
async function encryptedLate(ground: Ground, compacted: boolean): Promise<void> {
  const text = (name: string) => readFile(ground.pki(name), 'utf8')
  const etcd = grpcEtcd().connect({
    endpoints: [ground.https('client')],
    tls: {
      ca: await text('etcd-ca.crt'),
      cert: await text('apiserver-etcd-client.crt'),
      key: new Secret(await text('apiserver-etcd-client.key')),
    },
  })
  const clear = Buffer.from('k8s\0\n\f\n\x02v1\x12\x06Secret of the past')
  const locked = Buffer.concat([Buffer.from('k8s:enc:secretbox:v1:key1:'), Buffer.alloc(99, 7)])
  try {
    for (const value of [clear, locked])
      for (let row = 0; row < 40; row += 1)
        await etcd.kv.put({ key: Buffer.from(`/registry/secrets/default/s${row}`), value })
    const { header } = await etcd.kv.range({ key: Buffer.from('a') })
    await etcd.kv.compact(compacted ? header.revision : 2n, true)
  } finally {
    etcd.close()
  }
}

const secretbox = {
  secretbox: { keys: [{ name: 'key1', secret: 'c2VjcmV0IGlzIHNlY3VyZSwgb3IgaXMgaXQ/ISEhISE=' }] },
}
const random = {
  secretbox: { keys: [{ name: 'key1', secret: '8c7kK4bV0mN3xQeR1tYpZsW5uJ2hGdFaLoIvBnMqXyE=' }] },
}
const identity = { identity: {} }
const secrets = (...providers: readonly object[]) => [{ resources: ['secrets'], providers }]

export const atRestCases: readonly Case[] = [
  {
    name: 'Secrets in clear text',
    after: async (g) => {
      await g.apiserverManifest({})
      await g.rows('plaintext', 3)
    },
    expect: [
      ['secrets-encrypted', 'fail', 'etcd'],
      ['encryption-configured', 'fail', 'kube-apiserver'],
    ],
  },
  {
    name: 'good: every Secret is encrypted',
    after: async (g) => {
      await g.encryption(secrets(random, identity))
      await g.rows('k8s:enc:secretbox:v1:key1:', 3)
    },
    expect: [
      ['secrets-encrypted', 'pass', 'etcd'],
      ['plaintext-remnants', 'pass', 'etcd'],
      ['stale-keys', 'pass', 'etcd'],
      ['encryption-configured', 'pass', 'kube-apiserver'],
      ['encryption-providers', 'pass', 'kube-apiserver'],
      ['encryption-coverage', 'pass', 'kube-apiserver'],
      ['encryption-key-quality', 'pass', 'kube-apiserver'],
    ],
  },
  {
    name: 'Secrets in the clear are left in old revisions',
    after: async (g) => {
      await g.encryption(secrets(random))
      await encryptedLate(g, false)
    },
    expect: [
      ['secrets-encrypted', 'pass', 'etcd'],
      ['plaintext-remnants', 'fail', 'etcd'],
    ],
  },
  {
    name: 'Secrets in the clear are left in free pages',
    after: async (g) => {
      await g.encryption(secrets(random))
      await encryptedLate(g, true)
    },
    expect: [
      ['secrets-encrypted', 'pass', 'etcd'],
      ['plaintext-remnants', 'fail', 'etcd'],
    ],
  },
  {
    name: 'one Secret of many in clear text',
    after: async (g) => {
      await g.encryption(secrets(random))
      await g.rows('k8s:enc:secretbox:v1:key1:', 30)
      await g.rows('plaintext', 1)
    },
    expect: [['secrets-encrypted', 'fail', 'etcd']],
  },
  {
    name: 'rows under an older key',
    after: async (g) => {
      await g.encryption(secrets(random))
      await g.rows('k8s:enc:secretbox:v1:key1:', 3)
      await g.rows('k8s:enc:aescbc:v1:old:', 2)
    },
    expect: [
      ['stale-keys', 'fail', 'etcd'],
      ['secrets-encrypted', 'pass', 'etcd'],
    ],
  },
  {
    name: 'identity comes first',
    after: (g) => g.encryption(secrets(identity, random)),
    expect: [['encryption-providers', 'fail', 'kube-apiserver']],
  },
  {
    name: 'only config maps are covered',
    after: (g) => g.encryption([{ resources: ['configmaps'], providers: [random] }]),
    expect: [['encryption-coverage', 'fail', 'kube-apiserver']],
  },
  {
    name: 'good: a wildcard covers Secrets',
    after: (g) => g.encryption([{ resources: ['*.*'], providers: [random] }]),
    expect: [
      ['encryption-coverage', 'pass', 'kube-apiserver'],
      ['encryption-providers', 'pass', 'kube-apiserver'],
    ],
  },
  {
    name: 'good: config maps stay clear in a block of their own',
    after: (g) =>
      g.encryption([...secrets(random), { resources: ['configmaps'], providers: [identity] }]),
    expect: [['encryption-providers', 'pass', 'kube-apiserver']],
  },
  {
    name: "the documentation's example key",
    after: (g) => g.encryption(secrets(secretbox)),
    expect: [['encryption-key-quality', 'fail', 'kube-apiserver']],
  },
  {
    name: 'all may read the keys',
    after: (g) => g.encryption(secrets(random), 0o644),
    expect: [['encryption-file-mode', 'fail', 'encryption.yaml']],
  },
]
