import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parse } from 'yaml'
import { KeepError } from '../core/error.ts'
import { editManifest, manifestArgv, manifestVariables } from './edit-manifest.ts'

const MANIFEST = `# written by kubeadm
apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/etcd.advertise-client-urls: http://10.0.0.1:2379
  name: etcd
spec:
  containers:
  - command:
    - etcd
    - --name=m1
    # the door
    - --listen-client-urls=http://10.0.0.1:2379
    - -client-cert-auth=false
    - --client-cert-auth=false # twice
    - --data-dir
    - /var/lib/etcd
    image: registry.k8s.io/etcd:3.5.30-0
    livenessProbe:
      httpGet:
        host: 10.0.0.1
        path: /health
        port: 2379
        scheme: HTTP
    name: etcd
  hostNetwork: true
`

test('only what is meant changes; comments, order and layout stay', () => {
  const after = editManifest(MANIFEST, {
    program: 'etcd',
    flags: {
      'listen-client-urls': 'https://10.0.0.1:2379',
      'client-cert-auth': 'true',
      'data-dir': '/data',
      'auto-tls': undefined,
      'cert-file': '/pki/server.crt',
    },
    probes: [{ fromPort: 2379, toPort: 2381, host: '127.0.0.1', scheme: 'HTTP' }],
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': 'https://10.0.0.1:2379' },
  })
  assert.equal(
    after,
    MANIFEST.replace('urls: http://', 'urls: https://')
      .replace('--listen-client-urls=http:', '--listen-client-urls=https:')
      .replace('    - -client-cert-auth=false\n', '')
      .replace('--client-cert-auth=false #', '--client-cert-auth=true #')
      .replace(
        '    - --data-dir\n    - /var/lib/etcd\n',
        '    - --data-dir=/data\n    - --cert-file=/pki/server.crt\n',
      )
      .replace('host: 10.0.0.1', 'host: 127.0.0.1')
      .replace('port: 2379', 'port: 2381'),
  )
})

test('a second edit changes nothing, for any flags', () => {
  const flag = fc.stringMatching(/^[a-z][a-z-]{0,12}$/)
  const value = fc.option(fc.string({ maxLength: 20 }), { nil: undefined })
  fc.assert(
    fc.property(fc.dictionary(flag, value, { maxKeys: 6 }), (flags) => {
      const once = editManifest(MANIFEST, { program: 'etcd', flags })
      assert.equal(editManifest(once, { program: 'etcd', flags }), once)
      const argv = manifestArgv(once, 'etcd')
      for (const [name, wanted] of Object.entries(flags)) {
        const found = argv.filter((part) => part === `--${name}` || part.startsWith(`--${name}=`))
        assert.deepEqual(found, wanted === undefined ? [] : [`--${name}=${wanted}`])
      }
      for (const comment of ['# written by kubeadm', '# the door'])
        assert.ok(once.includes(comment))
    }),
  )
})

test('flags in args are edited where they stand', () => {
  const manifest =
    'spec:\n  containers:\n    - name: etcd\n      command: [/usr/local/bin/etcd]\n      args: ["--name", "m1"]\n'
  const after = editManifest(manifest, {
    program: 'etcd',
    flags: { name: 'm2', 'auto-tls': 'false' },
  })
  assert.deepEqual(parse(after).spec.containers[0].args, ['--name=m2', '--auto-tls=false'])
})

test('what cannot be edited safely is refused with a hint, never guessed', () => {
  for (const bad of [
    '',
    'a: [',
    'spec: {}',
    'spec: {containers: [{command: [sh, -c, etcd]}]}',
    '- 1',
  ])
    assert.throws(
      () => editManifest(bad, { program: 'etcd', flags: {} }),
      (error) => error instanceof KeepError && error.hint !== undefined,
      bad,
    )
})

test('a variable of a changed flag goes: etcd refuses to start with both', () => {
  const env = `    env:
    - name: ETCD_LISTEN_CLIENT_URLS
      value: http://10.0.0.1:2379
    - name: ETCD_SNAPSHOT_COUNT # kept
      value: "5"
    - name: SECRET
      value: never
`
  const manifest = MANIFEST.replace('    image:', `${env}    image:`)
  const flags = { 'listen-client-urls': 'https://10.0.0.1:2379' }
  const after = editManifest(manifest, { program: 'etcd', flags })
  assert.doesNotMatch(after, /ETCD_LISTEN_CLIENT_URLS/)
  assert.match(after, /ETCD_SNAPSHOT_COUNT # kept/)
  assert.deepEqual(manifestVariables(after, 'etcd'), { ETCD_SNAPSHOT_COUNT: '5' })
})
