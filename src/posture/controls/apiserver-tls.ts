import { known, missing } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { port, running, unread } from '../example-apiserver.ts'
import { answered } from '../listener-example.ts'
import { cis } from '../references.ts'
import { tlsPort, withPort } from '../rules/apiserver-listener.ts'
import { judgeLaunches, launchesOf } from '../rules/apiserver-launches.ts'
import { apiservers } from '../subjects.ts'

/** Go's InsecureCipherSuites, and those without forward secrecy. */
const WEAK = /_RC4_|_3DES_|_CBC_|^TLS_RSA_|NULL|EXPORT/

function complaint(launch: Launch): string | undefined {
  const floor = setting(launch, 'tls-min-version') ?? 'VersionTLS12'
  if (!['VersionTLS12', 'VersionTLS13'].includes(floor))
    return `TLS older than 1.2 is offered: ${floor}`
  const weak = (setting(launch, 'tls-cipher-suites') ?? '')
    .split(',')
    .find((suite) => WEAK.test(suite.trim()))
  if (weak !== undefined) return `a weak cipher suite is offered: ${weak}`
  const insecure = setting(launch, 'insecure-port') ?? '0'
  return insecure === '0'
    ? undefined
    : `requests without TLS and without any check are served on port ${insecure}`
}

export default defineControl({
  id: 'apiserver-tls',
  title: 'kube-apiserver offers TLS 1.2 or newer with strong suites, and no plain port',
  severity: 'medium',
  area: 'kube-apiserver',
  rationale:
    'What etcd keeps safe is read here by everybody: an old protocol or the insecure port opens it again.',
  remediation:
    'Leave --tls-min-version at VersionTLS12 or higher, name only AEAD suites, remove --insecure-port.',
  references: [
    ...cis('apiserver-ciphers'),
    { standard: 'DISA STIG', id: 'V-242378' },
    { standard: 'DISA STIG', id: 'V-242418' },
  ],
  needs: ['probes'],
  subjects: apiservers,
  judge: (apiserver, look) =>
    withPort(
      judgeLaunches(
        launchesOf(apiserver, look),
        ['tls-min-version', 'tls-cipher-suites', 'insecure-port'],
        complaint,
        'TLS 1.2 or newer with strong suites',
      ),
      tlsPort,
      apiserver,
      look,
    ),
  examples: [
    { name: 'the defaults', given: running({}), expect: { 'kube-apiserver': 'pass' } },
    {
      name: 'TLS 1.0',
      given: running({ 'tls-min-version': 'VersionTLS10' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'a weak suite',
      given: running({
        'tls-cipher-suites': 'TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_3DES_EDE_CBC_SHA',
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the insecure port',
      given: running({ 'insecure-port': '8080' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'flags are fine, and the port speaks TLS 1.0',
      given: running({}, { listener: known(port({ versions: { 'TLS1.0': answered } })) }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'flags are fine, and so is the port',
      given: running({}, { listener: known(port()) }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'the port cannot be reached',
      given: running({}, { listener: missing('127.0.0.1:6443: connection refused') }),
      expect: { 'kube-apiserver': 'unknown' },
    },
    unread,
  ],
})
