// Files: who can read a key, who can put a pod where the kubelet finds it.
import { type Case, m1 } from './case.ts'

const key = (file: string) =>
  m1({
    flags: (g) => ({ 'cert-file': g.pki(file.replace(/\.\w+$/, '.crt')), 'key-file': g.pki(file) }),
  })

export const fileCases: readonly Case[] = [
  {
    name: 'a key that all may read, called .pem',
    members: key('modes/world.pem'),
    after: (g) => g.chmod(g.pki('modes/world.pem'), 0o644),
    expect: [['private-key-mode', 'fail', 'modes/world.pem']],
  },
  {
    name: 'a key behind a link, and all may read it',
    members: key('modes/link.key'),
    after: (g) => g.chmod(g.pki('modes/link-target'), 0o644),
    expect: [['private-key-mode', 'fail', 'modes/link.key']],
  },
  {
    name: 'good: a key behind a link, and nobody else may read it',
    members: key('modes/tight-link.key'),
    expect: [['private-key-mode', 'pass', 'modes/tight-link.key']],
  },
  {
    name: 'a copy of the key beside it',
    members: key('modes/copied.key'),
    after: async (g) => {
      await g.copy(g.pki('modes/copied.key'), g.pki('modes/copied.key.bak'))
      await g.chmod(g.pki('modes/copied.key.bak'), 0o644)
    },
    expect: [
      ['private-key-mode', 'fail', 'modes/copied.key.bak'],
      ['private-key-mode', 'pass', 'modes/copied.key'],
    ],
  },
  {
    name: 'good: a key with mode 0400',
    members: key('modes/read-only.key'),
    after: (g) => g.chmod(g.pki('modes/read-only.key'), 0o400),
    expect: [['private-key-mode', 'pass', 'modes/read-only.key']],
  },
  {
    name: 'a data directory that others may enter',
    after: (g) => g.chmod(g.path('m1.etcd'), 0o755),
    expect: [['data-dir-mode', 'fail']],
  },
  {
    name: 'good: a data directory behind a link',
    members: m1({ flags: (g) => ({ 'data-dir': g.path('data-link') }) }),
    expect: [['data-dir-mode', 'pass']],
  },
  {
    name: 'a WAL directory of its own that others may enter',
    members: m1({ flags: (g) => ({ 'wal-dir': g.path('wal') }) }),
    after: (g) => g.chmod(g.path('wal'), 0o755),
    expect: [['wal-dir-mode', 'fail']],
  },
  {
    name: 'a certificate that all may write',
    after: (g) => g.chmod(g.pki('server.crt'), 0o666),
    expect: [['certificate-mode', 'fail', 'server.crt']],
  },
  {
    name: 'a manifest that all may write',
    after: async (g) => {
      await g.manifest('etcd.yaml', 'm1')
      await g.chmod(g.path('manifests/etcd.yaml'), 0o666)
    },
    expect: [['manifest-mode', 'fail', 'manifests/etcd.yaml']],
  },
  {
    name: 'a stray copy of the manifest',
    after: async (g) => {
      await g.manifest('etcd.yaml', 'm1')
      await g.manifest('etcd.yaml.bak', 'm1')
    },
    expect: [['manifest-strays', 'fail', 'manifests']],
  },
  {
    name: 'good: a copy that begins with a dot',
    after: async (g) => {
      await g.manifest('etcd.yaml', 'm1')
      await g.manifest('.etcd.yaml.bak', 'm1')
    },
    expect: [
      ['manifest-strays', 'pass', 'manifests'],
      ['config-drift', 'pass'],
    ],
  },
]
