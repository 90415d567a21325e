import { setting, urls } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { running, unread } from '../example-apiserver.ts'
import { cis } from '../references.ts'
import { judgeLaunches, launchesOf } from '../rules/apiserver-launches.ts'
import { apiservers } from '../subjects.ts'

const good = {
  'etcd-servers': 'https://10.0.0.1:2379',
  'etcd-certfile': '/pki/c.crt',
  'etcd-keyfile': '/pki/c.key',
}

export default defineControl({
  id: 'apiserver-etcd-tls',
  title: 'kube-apiserver talks to etcd over TLS and shows a certificate',
  severity: 'critical',
  area: 'kube-apiserver',
  rationale:
    'Everything that Kubernetes knows crosses this connection. With an http:// URL the certificate flags are ' +
    'given for nothing: whoever sees the network reads every Secret and can change any object.',
  remediation:
    'Give --etcd-servers https:// URLs, and --etcd-certfile and --etcd-keyfile of the etcd CA.',
  references: [
    ...cis('etcd-client-certificate'),
    { standard: 'DISA STIG', id: 'V-242430' },
    { standard: 'DISA STIG', id: 'V-242431' },
  ],
  needs: [],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeLaunches(
      launchesOf(apiserver, look),
      ['etcd-servers', 'etcd-certfile', 'etcd-keyfile'],
      (launch) => {
        const servers = urls(launch, 'etcd-servers')
        const plain = servers.find((url) => !/^(https|unixs):/.test(url))
        if (plain !== undefined) return `etcd is dialled without TLS: ${plain}`
        if (servers.length === 0) return '--etcd-servers names no etcd'
        const absent = ['etcd-certfile', 'etcd-keyfile'].find(
          (flag) => setting(launch, flag) === undefined,
        )
        return absent === undefined
          ? undefined
          : `no certificate is shown to etcd: --${absent} is empty`
      },
      'etcd is dialled over TLS with a client certificate',
    ),
  examples: [
    {
      name: 'https with a certificate',
      given: running(good),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'http with a certificate',
      given: running({ ...good, 'etcd-servers': 'http://10.0.0.1:2379' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'an empty certificate',
      given: running({ ...good, 'etcd-certfile': '' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    unread,
  ],
})
