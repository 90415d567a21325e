import { known, missing } from '../../core/fact.ts'
import type { EncryptionConfig } from '../facts/keyspace.ts'
import { defineControl, fail, type Judgement, type Look, notApplicable, pass } from '../control.ts'
import { aescbc, config, configured, entry, kms } from '../example-encryption.ts'
import { seen } from '../example.ts'
import { configEvidence, judgeEncryptions } from '../rules/encryption-state.ts'
import { apiservers } from '../subjects.ts'

type Kms = NonNullable<EncryptionConfig['resources'][number]['providers'][number]['kms']>

function complaint({ apiVersion, name, endpoint, socket }: Kms): string | undefined {
  if (apiVersion === 'v1')
    return `KMS v1 of "${name}" is deprecated, and switched off since Kubernetes 1.29`
  if (/^unix:(?!\/\/\/)/.test(endpoint)) return `${endpoint} does not name an absolute path`
  if (endpoint.startsWith('unix:///@'))
    return `${endpoint} is an abstract socket: it has no permissions, any process may take its name`
  if (!socket?.known) return undefined
  if (socket.value.type !== 'socket') return `${endpoint} is no socket`
  return (socket.value.mode & 0o002) === 0
    ? undefined
    : `every process on the host may ask ${endpoint} to decrypt`
}

function judgePlugins(encryption: EncryptionConfig, { need }: Look): Judgement {
  const plugins = encryption.resources
    .flatMap((entry) => entry.providers)
    .flatMap((provider) => provider.kms ?? [])
  const [first] = plugins
  if (!first) return notApplicable('no KMS plugin is configured')
  const [bad] = plugins.map(complaint).filter((why) => why !== undefined)
  if (bad !== undefined) return fail(bad, [configEvidence(encryption, bad)])
  for (const one of plugins) need(one.socket ?? missing(`${one.endpoint} was not looked at`))
  const names = plugins.map((one) => `${one.name} ${one.endpoint}`).join(', ')
  return pass(`${names}: v2, closed to others`, configEvidence(encryption, names))
}

const plugin = (socket: Kms['socket']) => {
  const one = kms('v2')
  return one.kms && { ...one, kms: { ...one.kms, ...(socket && { socket }) } }
}

const withSocket = (socket: Kms['socket']) => {
  const provider = plugin(socket)
  return seen({
    apiservers: [configured(config(entry('secrets', ...(provider ? [provider] : []))))],
  })
}

export default defineControl({
  id: 'kms-plugin',
  title: 'KMS plugins speak v2 on a socket that only the API server reaches',
  severity: 'medium',
  area: 'at rest',
  rationale:
    'The plugin decrypts for whoever connects: its socket has no other authentication than its permissions. ' +
    'KMS v1 calls the plugin for every object, leaks no rotation and is off by default since 1.29: an upgrade with it loses all reads.',
  remediation:
    'Use apiVersion v2, an endpoint unix:///path, and a socket of mode 0600 in a closed directory.',
  references: [],
  needs: ['files'],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeEncryptions(apiserver, (encryption) => judgePlugins(encryption, look)),
  examples: [
    {
      name: 'v2 on a closed socket',
      given: withSocket(known({ type: 'socket', mode: 0o600 })),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'a socket for everybody',
      given: withSocket(known({ type: 'socket', mode: 0o777 })),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'v1',
      given: seen({ apiservers: [configured(config(entry('secrets', kms('v1'))))] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'two slashes',
      given: seen({
        apiservers: [configured(config(entry('secrets', kms('v2', 'unix://run/k'))))],
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'no plugin',
      given: seen({ apiservers: [configured(config(entry('secrets', aescbc('key1'))))] }),
      expect: { 'kube-apiserver': 'not-applicable' },
    },
    {
      name: 'the socket is not there',
      given: withSocket(missing('/run/kms.sock does not exist')),
      expect: { 'kube-apiserver': 'unknown' },
    },
  ],
})
