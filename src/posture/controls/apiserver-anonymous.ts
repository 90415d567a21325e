import { known } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import type { AccessConfig } from '../facts/apiserver.ts'
import { defineControl, type Look } from '../control.ts'
import { port, reads, running, unread } from '../example-apiserver.ts'
import { cis } from '../references.ts'
import { anonymousPort, withPort } from '../rules/apiserver-listener.ts'
import { accessOf, judgeLaunches, launchesOf } from '../rules/apiserver-launches.ts'
import { apiservers } from '../subjects.ts'

/** What tells the kubelet and a load balancer that the server lives; nothing of the cluster stands there. */
const HARMLESS = /^\/(livez|readyz|healthz)(\/|$)/

function complaint(
  launch: Launch,
  access: AccessConfig | undefined,
  { need }: Look,
): string | undefined {
  const given = setting(launch, 'authentication-config') !== undefined
  const file = given && access?.anonymous && need(access.anonymous)
  if (file) {
    if (!file.enabled) return undefined
    const open = file.paths.find((path) => !HARMLESS.test(path))
    if (file.paths.length === 0) return 'anonymous requests are let in on every path'
    return open === undefined ? undefined : `anonymous requests are let in on ${open}`
  }
  return setting(launch, 'anonymous-auth') === 'false'
    ? undefined
    : 'anonymous requests are let in (the default)'
}

export default defineControl({
  id: 'apiserver-anonymous',
  title: 'kube-apiserver turns anonymous requests away',
  severity: 'medium',
  area: 'kube-apiserver',
  rationale:
    'An anonymous request becomes system:anonymous, and one careless role binding gives that the cluster. ' +
    'Health paths may stay open by an AuthenticationConfiguration.',
  remediation: 'Set --anonymous-auth=false, or name only health paths in --authentication-config.',
  references: [
    ...cis('anonymous-auth'),
    { standard: 'DISA STIG', id: 'V-242390' },
    { standard: 'NSA/CISA 1.2', id: 'Authentication and authorization' },
  ],
  needs: ['probes'],
  subjects: apiservers,
  judge: (apiserver, look) =>
    withPort(
      judgeLaunches(
        launchesOf(apiserver, look),
        ['anonymous-auth', 'authentication-config'],
        (launch) => complaint(launch, accessOf(apiserver, launch), look),
        'anonymous requests are turned away',
      ),
      anonymousPort,
      apiserver,
      look,
    ),
  examples: [
    {
      name: 'switched off',
      given: running({ 'anonymous-auth': 'false' }),
      expect: { 'kube-apiserver': 'pass' },
    },
    { name: 'the default', given: running({}), expect: { 'kube-apiserver': 'fail' } },
    {
      name: 'only on health paths',
      given: running(
        { 'authentication-config': '/a.yaml' },
        { access: { anonymous: known({ enabled: true, paths: ['/livez', '/readyz'] }) } },
      ),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'on every path, by file',
      given: running(
        { 'authentication-config': '/a.yaml' },
        { access: { anonymous: known({ enabled: true, paths: [] }) } },
      ),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'switched off by its flag, and the port takes anybody for system:anonymous',
      given: running(
        { 'anonymous-auth': 'false' },
        { listener: known(port({ http: reads(403) })) },
      ),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'switched off, and the port says so',
      given: running({ 'anonymous-auth': 'false' }, { listener: known(port()) }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'switched off, and the port answers nothing of use',
      given: running(
        { 'anonymous-auth': 'false' },
        { listener: known(port({ http: reads(500) })) },
      ),
      expect: { 'kube-apiserver': 'unknown' },
    },
    unread,
  ],
})
