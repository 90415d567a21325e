// What is stored: the rows themselves, and what the API server was told to do with them.
import { type Case } from './case.ts'

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
      ['stale-keys', 'pass', 'etcd'],
      ['encryption-configured', 'pass', 'kube-apiserver'],
      ['encryption-providers', 'pass', 'kube-apiserver'],
      ['encryption-coverage', 'pass', 'kube-apiserver'],
      ['encryption-key-quality', 'pass', 'kube-apiserver'],
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
