// Users and roles: who is let in by etcd itself, with what certificate.
import { readFile } from 'node:fs/promises'
import { grpcEtcd } from '../../../src/adapters/etcd/connector.ts'
import { Secret } from '../../../src/core/secret.ts'
import type { Ground } from '../../support/ground.ts'
import type { Case } from './case.ts'

/** Authentication on, with `root` as its only user: no certificate of the ground is a user. */
async function authOn(ground: Ground): Promise<void> {
  const text = (name: string) => readFile(ground.pki(name), 'utf8')
  const etcd = grpcEtcd().connect({
    endpoints: [ground.https('client')],
    tls: {
      ca: await text('etcd-ca.crt'),
      cert: await text('apiserver-etcd-client.crt'),
      key: new Secret(await text('apiserver-etcd-client.key')),
    },
  })
  try {
    await etcd.auth.userAdd('root', new Secret('corpus'))
    await etcd.auth.roleAdd('root')
    await etcd.auth.userGrantRole('root', 'root')
    await etcd.auth.enable()
  } finally {
    etcd.close()
  }
}

/** 3.5.28 checks what an inner transaction asks for. */
const checksInside = (version: string) => /^3\.5\.(2[89]|[3-9]\d)$/.test(version)

export const accessCases: readonly Case[] = [
  {
    name: 'good: authentication is on, and the certificate at hand is no user',
    versions: checksInside,
    after: authOn,
    asked: () => ({ certificate: 'apiserver-etcd-client' }),
    expect: [
      ['anonymous-rpc', 'pass'],
      ['auth-enabled', 'pass', 'etcd'],
      ['client-cert-required', 'pass'],
      ['secrets-encrypted', 'unknown', 'etcd'],
    ],
  },
  {
    name: 'authentication is on, and an inner transaction is answered to anyone',
    versions: (version) => !checksInside(version),
    after: authOn,
    asked: () => ({ certificate: 'apiserver-etcd-client' }),
    expect: [
      ['anonymous-rpc', 'fail'],
      ['auth-enabled', 'pass', 'etcd'],
    ],
  },
]
