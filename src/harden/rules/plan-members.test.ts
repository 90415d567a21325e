import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editManifest } from '../edit-manifest.ts'
import { attempt } from './plan-members.ts'

const text = `spec:
  containers:
  - name: etcd
    command: [sh, -c, exec etcd --listen-client-urls=http://10.0.0.1:2379]
`

test('a member that is started through a shell is left to a person, with the flags it needs', () => {
  const source = {
    kind: 'manifest',
    path: '/m/etcd.yaml',
    manifest: { text, mode: 0o600 },
  } as const
  const flags = { 'listen-client-urls': 'https://10.0.0.1:2379', 'auto-tls': undefined }
  const { part, manual } = attempt(
    'm1',
    source,
    () => ({ certificates: [], after: editManifest(text, { program: 'etcd', flags }) }),
    () => ({ certificates: [], flags }),
  )
  assert.deepEqual(part, { certificates: [] })
  assert.deepEqual(manual, [
    {
      control: 'manifest',
      subject: 'm1',
      why: 'the manifest has 0 containers that run etcd plainly',
      steps: [
        'Edit its command by hand, after the other members: /m/etcd.yaml',
        '--listen-client-urls=https://10.0.0.1:2379',
        'take --auto-tls away',
      ],
    },
  ])
})
