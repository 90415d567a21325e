import { setting } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { running, unread } from '../example-apiserver.ts'
import { judgeLaunches, launchesOf } from '../rules/apiserver-launches.ts'
import { apiservers } from '../subjects.ts'

/** `group/resource#server1;server2,…` → every server. */
const servers = (overrides: string): readonly string[] =>
  overrides
    .split(',')
    .flatMap((one) => one.slice(one.indexOf('#') + 1).split(';'))
    .map((url) => url.trim())
    .filter((url) => url !== '')

export default defineControl({
  id: 'apiserver-etcd-overrides',
  title: 'Resources kept in an etcd of their own go there over TLS too',
  severity: 'high',
  area: 'kube-apiserver',
  rationale:
    '--etcd-servers-overrides sends some resources to other etcd servers. It is often used for events, and often ' +
    'with http://; nothing keeps Secrets from being sent there as well.',
  remediation: 'Give https:// URLs in --etcd-servers-overrides.',
  references: [],
  needs: [],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeLaunches(
      launchesOf(apiserver, look),
      ['etcd-servers-overrides'],
      (launch) => {
        const plain = servers(setting(launch, 'etcd-servers-overrides') ?? '').find(
          (url) => !/^(https|unixs):/.test(url),
        )
        return plain === undefined ? undefined : `an override dials etcd without TLS: ${plain}`
      },
      'no override leaves TLS',
    ),
  examples: [
    { name: 'none', given: running({}), expect: { 'kube-apiserver': 'pass' } },
    {
      name: 'events over https',
      given: running({ 'etcd-servers-overrides': '/events#https://e1:2379;https://e2:2379' }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'the second server over http',
      given: running({ 'etcd-servers-overrides': '/events#https://e1:2379;http://e2:2379' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    unread,
  ],
})
