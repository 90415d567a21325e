// Users and roles: who is let in by etcd itself, with what certificate.
import { readFile } from 'node:fs/promises'
import { grpcEtcd } from '../../../src/adapters/etcd/connector.ts'
import { Secret } from '../../../src/core/secret.ts'
import type { EtcdAuth } from '../../../src/ports/etcd-auth.ts'
import type { Ground } from '../../support/ground.ts'
import type { Case } from './case.ts'

/** Authentication on, with `root` as its only user where no more are made: no certificate of the ground is a user. */
async function authOn(
  ground: Ground,
  more: (auth: EtcdAuth) => Promise<void> = async () => {},
): Promise<void> {
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
    await more(etcd.auth)
    await etcd.auth.enable()
  } finally {
    etcd.close()
  }
}

/** A user who logs in by certificate, with one role that may read the ranges. */
async function reader(
  auth: EtcdAuth,
  name: string,
  ...ranges: readonly (readonly [from: string, to: string])[]
): Promise<void> {
  await auth.userAdd(name)
  await auth.roleAdd(name)
  for (const [key, end] of ranges)
    await auth.roleGrantPermission(name, {
      type: 'read',
      key: Buffer.from(key),
      rangeEnd: Buffer.from(end),
    })
  await auth.userGrantRole(name, name)
}

const API_SERVER = 'kube-apiserver-etcd-client'

/** 3.5.28 checks what an inner transaction asks for. */
const checksInside = (version: string) => /^3\.5\.(2[89]|[3-9]\d)$/.test(version)

export const accessCases: readonly Case[] = [
  {
    name: 'good: authentication is on, and the certificate at hand is no user',
    versions: checksInside,
    after: (ground) => authOn(ground),
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
    after: (ground) => authOn(ground),
    asked: () => ({ certificate: 'apiserver-etcd-client' }),
    expect: [
      ['anonymous-rpc', 'fail'],
      ['auth-enabled', 'pass', 'etcd'],
    ],
  },
  {
    name: 'the API server as root, and a backup that reads everything in two pieces',
    after: async (ground) => {
      await ground.apiserverManifest({})
      await authOn(ground, async (auth) => {
        await auth.userAdd(API_SERVER)
        await auth.userGrantRole(API_SERVER, 'root')
        await reader(auth, 'backup', ['/registry/m', '\0'], ['\0', '/registry/m'])
      })
    },
    asked: () => ({ certificate: 'apiserver-etcd-client' }),
    expect: [
      ['root-holders', 'fail', 'etcd'],
      ['least-privilege', 'fail', 'etcd'],
      ['secret-readers', 'fail', 'etcd'],
      ['cert-user-match', 'fail', 'kube-apiserver'],
    ],
  },
  {
    name: 'good: others read what is none of the Secrets',
    after: async (ground) => {
      await ground.apiserverManifest({})
      await authOn(ground, async (auth) => {
        await auth.userAdd(API_SERVER)
        await auth.userGrantRole(API_SERVER, 'root')
        await reader(auth, 'metrics', ['/registry/secrets0', '/registry/t'], ['/app/', '/app0'])
      })
    },
    asked: () => ({ certificate: 'apiserver-etcd-client' }),
    expect: [
      ['least-privilege', 'pass', 'etcd'],
      ['secret-readers', 'pass', 'etcd'],
    ],
  },
]
