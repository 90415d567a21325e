// A check's result with every verdict in it and hostile names, for the tests of the formats.
import { known, missing } from '../../src/core/fact.ts'
import { assess } from '../../src/posture/assess.ts'
import { checkResult, type CheckResult } from '../../src/posture/check-result.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../../src/posture/control.ts'
import { launch, member, seen } from '../../src/posture/example.ts'
import { members, wholeCluster } from '../../src/posture/subjects.ts'

export const HOSTILE = 'm2\u001b[2J<script>alert(1)</script>&"]]>|`\u202e'

const shared = {
  rationale: 'An attacker reads every Secret.',
  remediation: 'Close the door.',
  needs: [],
  examples: [],
} as const
const evidence = {
  source: 'probe tcp 10.0.0.1:2379 h2c',
  observed: 'grpc-status 0, 1 key',
  layer: 'proven',
} as const

export const sampleControls = [
  defineControl({
    ...shared,
    id: 'client-listener-tls',
    title: 'Clients reach etcd over TLS alone',
    severity: 'critical',
    area: 'listeners',
    references: [{ standard: 'CIS Kubernetes 1.12', id: '2.1' }],
    subjects: members,
    judge: () =>
      fail(`http://10.0.0.1:2379 answered a Range without TLS`, [evidence], {
        id: 'tls-listeners',
        automatic: true,
        summary: 'listen on https with the certificates that are there',
      }),
  }),
  defineControl({
    ...shared,
    id: 'root-holders',
    title: 'Few hold root',
    severity: 'high',
    area: 'access',
    references: [],
    subjects: wholeCluster,
    judge: () => unknown('etcd refused the call', '--cert and --key of an etcd client'),
  }),
  defineControl({
    ...shared,
    id: 'data-dir-mode',
    title: 'Only etcd reads its data',
    severity: 'medium',
    area: 'files',
    references: [],
    subjects: members,
    judge: () => pass('0700', { ...evidence, layer: 'running', source: 'directory /var/lib/etcd' }),
  }),
  defineControl({
    ...shared,
    id: 'kms-plugin',
    title: 'The KMS plugin answers',
    severity: 'low',
    area: 'at rest',
    references: [],
    subjects: wholeCluster,
    judge: () => notApplicable('no KMS provider is configured'),
  }),
]

export const sampleSeen = seen({
  members: [
    member({ running: known(launch({})), status: missing('no certificate') }),
    member({ name: HOSTILE, running: known(launch({})) }),
  ],
  troubles: [{ source: '/etc/kubernetes/manifests/etcd.yaml', why: 'line 3: no YAML' }],
})

export const sampleFindings = assess(sampleControls, sampleSeen)

export const sampleResult = (parts: Partial<CheckResult> = {}): CheckResult => ({
  ...checkResult({
    seen: sampleSeen,
    findings: sampleFindings,
    finishedAt: new Date('2026-11-21T10:00:02.300Z'),
    policy: { failOn: 'high', strict: false },
  }),
  ...parts,
})
