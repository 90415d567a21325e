import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launch } from '../../posture/example.ts'
import { sharedCaSteps } from './shared-ca-steps.ts'

const member = launch(
  {
    name: 'm1',
    'listen-peer-urls': 'https://10.0.0.1:2380',
    'advertise-client-urls': 'https://10.0.0.1:2379',
    'peer-cert-file': '/pki/etcd/peer.crt',
    'peer-key-file': '/pki/etcd/peer.key',
    'peer-trusted-ca-file': '/pki/etcd/ca.crt',
  },
  {
    layer: 'declared',
    file: '/etc/kubernetes/manifests/etcd.yaml',
    name: 'm1',
    mounts: [{ inside: '/pki', onHost: '/etc/kubernetes/pki' }],
  },
)

test('the steps name the files of this member: as the pod sees them in flags, else as the host does', () => {
  const steps = sharedCaSteps('peer-ca-separate', member, '/var/lib/ca')
  const text = steps.join('\n')
  assert.match(
    text,
    /cat '\/etc\/kubernetes\/pki\/etcd\/ca.crt' '\/var\/lib\/ca\/etcd-peer-ca.crt' >/,
  )
  assert.match(text, /set --peer-trusted-ca-file=\/pki\/etcd\/etcd-peer-trust.crt in \/etc\/kubern/)
  assert.match(text, /subjectAltName=IP:10.0.0.1,DNS:m1,DNS:localhost,IP:127.0.0.1,IP:::1 /)
  assert.equal(steps.at(-1), 'etcdkeep check --control peer-ca-separate')
})

test('nothing is made up where the launch does not say where its files are', () => {
  assert.deepEqual(sharedCaSteps('client-ca-exclusive', member, '/ca'), [])
  assert.deepEqual(sharedCaSteps('tls-version-floor', member, '/ca'), [])
  assert.deepEqual(sharedCaSteps('peer-ca-separate', undefined, '/ca'), [])
})
