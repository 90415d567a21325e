import { setting } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { running, unread } from '../example-apiserver.ts'
import { cis } from '../references.ts'
import { judgeLaunches, launchesOf } from '../rules/apiserver-launches.ts'
import { apiservers } from '../subjects.ts'

export default defineControl({
  id: 'apiserver-token-file',
  title: 'No static token file lets anyone in',
  severity: 'high',
  area: 'kube-apiserver',
  rationale:
    'Tokens of the file stand there in clear text, never expire, and go only with a restart.',
  remediation: 'Remove --token-auth-file; use certificates or a token issuer.',
  references: [...cis('token-auth-file'), { standard: 'DISA STIG', id: 'V-245543' }],
  needs: [],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeLaunches(
      launchesOf(apiserver, look),
      ['token-auth-file'],
      (launch) =>
        setting(launch, 'token-auth-file') === undefined
          ? undefined
          : 'a file of static tokens is in use',
      'there is no static token file',
    ),
  examples: [
    { name: 'none', given: running({}), expect: { 'kube-apiserver': 'pass' } },
    {
      name: 'a file',
      given: running({ 'token-auth-file': '/etc/tokens.csv' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    unread,
  ],
})
