import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rehearsal } from './start-test.ts'

test('a trial start keeps every flag but those that would touch the real member', () => {
  const argv = rehearsal(
    [
      'etcd',
      '--name=m1',
      '--data-dir=/var/lib/etcd',
      '--wal-dir',
      '/var/lib/wal',
      '-listen-client-urls=https://10.0.0.1:2379,https://127.0.0.1:2379',
      '--listen-peer-urls=https://10.0.0.1:2380',
      '--initial-cluster=m1=https://10.0.0.1:2380,m2=https://10.0.0.2:2380',
      '--force-new-cluster',
      '--cert-file=/pki/server.crt',
      '--client-cert-auth',
    ],
    { directory: '/tmp/t', ports: [1001, 1002], onHost: (path) => `/host${path}` },
  )
  assert.deepEqual(argv, [
    '--name=m1',
    '--cert-file=/host/pki/server.crt',
    '--client-cert-auth',
    '--listen-client-urls=https://127.0.0.1:1001',
    '--listen-peer-urls=https://127.0.0.1:1002',
    '--data-dir=/tmp/t/data',
    '--advertise-client-urls=https://127.0.0.1:1001',
    '--initial-advertise-peer-urls=https://127.0.0.1:1002',
    '--initial-cluster=m1=https://127.0.0.1:1002',
    '--initial-cluster-state=new',
  ])
})
