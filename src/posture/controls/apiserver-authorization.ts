import { known } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import type { AccessConfig } from '../facts/apiserver.ts'
import { defineControl, type Look } from '../control.ts'
import { running, unread } from '../example-apiserver.ts'
import { cis } from '../references.ts'
import { accessOf, judgeLaunches, launchesOf } from '../rules/apiserver-launches.ts'
import { apiservers } from '../subjects.ts'

const modesOf = (
  launch: Launch,
  access: AccessConfig | undefined,
  { need }: Look,
): readonly string[] =>
  setting(launch, 'authorization-config') !== undefined && access?.authorizers
    ? need(access.authorizers)
    : (setting(launch, 'authorization-mode') ?? 'AlwaysAllow').split(',').map((mode) => mode.trim())

function complaint(modes: readonly string[]): string | undefined {
  if (modes.includes('AlwaysAllow')) return 'every request is allowed (AlwaysAllow)'
  return modes.includes('RBAC') || modes.includes('Webhook')
    ? undefined
    : `neither RBAC nor a webhook decides: ${modes.join(', ')}`
}

export default defineControl({
  id: 'apiserver-authorization',
  title: 'kube-apiserver decides each request by RBAC or a webhook',
  severity: 'critical',
  area: 'kube-apiserver',
  rationale:
    'With AlwaysAllow, the default where no mode is given, whoever is known to the API server may read and write everything in etcd through it.',
  remediation: 'Set --authorization-mode=Node,RBAC.',
  references: [...cis('authorization-mode'), { standard: 'DISA STIG', id: 'V-242382' }],
  needs: [],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeLaunches(
      launchesOf(apiserver, look),
      ['authorization-mode', 'authorization-config'],
      (launch) => complaint(modesOf(launch, accessOf(apiserver, launch), look)),
      'requests are decided one by one',
    ),
  examples: [
    {
      name: 'Node and RBAC',
      given: running({ 'authorization-mode': 'Node,RBAC' }),
      expect: { 'kube-apiserver': 'pass' },
    },
    { name: 'the default', given: running({}), expect: { 'kube-apiserver': 'fail' } },
    {
      name: 'AlwaysAllow among others',
      given: running({ 'authorization-mode': 'RBAC,AlwaysAllow' }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'by file',
      given: running(
        { 'authorization-config': '/z.yaml' },
        { access: { authorizers: known(['Node', 'RBAC']) } },
      ),
      expect: { 'kube-apiserver': 'pass' },
    },
    unread,
  ],
})
