// Static pod manifests with kubeadm's look.
import { kubeadmLayout } from '../pki/layout.ts'
import { peerCaFile } from './lay-pki.ts'
import type { LabMember, MemberChanges } from './model.ts'
import type { Shape } from './shape.ts'

function flagsOf(member: LabMember, all: readonly LabMember[], shape: Shape) {
  const pki = kubeadmLayout(member.pki)
  return {
    'advertise-client-urls': member.clientUrl,
    'cert-file': pki.server.certificate,
    ...(shape.clientCertAuth && { 'client-cert-auth': 'true' }),
    'data-dir': member.dataDirectory,
    'initial-advertise-peer-urls': member.peerUrl,
    'initial-cluster': all.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(','),
    'initial-cluster-state': 'new',
    'key-file': pki.server.key,
    'listen-client-urls': member.clientUrl,
    'listen-metrics-urls': member.metricsUrl,
    'listen-peer-urls': member.peerUrl,
    name: member.name,
    'peer-cert-file': pki.peer.certificate,
    'peer-client-cert-auth': 'true',
    'peer-key-file': pki.peer.key,
    'peer-trusted-ca-file':
      shape.authorities === 'apart' ? peerCaFile(member.pki) : pki.etcdCa.certificate,
    'snapshot-count': '10000',
    ...(shape.clientCertAuth && { 'trusted-ca-file': pki.etcdCa.certificate }),
  } as const
}

const quoted = (word: string) =>
  /^[\w./:=,@%+-]+$/.test(word) && !/[:,]$/.test(word) ? word : JSON.stringify(word)

function commandOf(
  member: LabMember,
  all: readonly LabMember[],
  shape: Shape,
  changes: MemberChanges,
): readonly string[] {
  const flags = Object.entries<string | null>({ ...flagsOf(member, all, shape), ...changes.flags })
  const words = flags.flatMap(([name, value]) => (value === null ? [] : [`--${name}=${value}`]))
  return ['etcd', ...words, ...(changes.argv ?? [])]
}

const environmentOf = ({ environment = {} }: MemberChanges): readonly string[] => {
  const variables = Object.entries(environment)
  if (variables.length === 0) return []
  return [
    '    env:',
    ...variables.flatMap(([name, value]) => [
      `    - name: ${name}`,
      `      value: ${JSON.stringify(value)}`,
    ]),
  ]
}

const probe = (kind: string, member: LabMember) => {
  const { hostname, port } = new URL(member.metricsUrl)
  return [
    `    ${kind}:`,
    '      failureThreshold: 8',
    '      httpGet:',
    `        host: ${hostname}`,
    '        path: /health?exclude=NOSPACE&serializable=true',
    `        port: ${port}`,
    '        scheme: HTTP',
    '      initialDelaySeconds: 10',
    '      periodSeconds: 10',
    '      timeoutSeconds: 15',
  ]
}

/** The manifest of one member. */
export function manifestOf(
  member: LabMember,
  all: readonly LabMember[],
  shape: Shape,
  changes: MemberChanges = {},
): string {
  const lines = [
    `# Member ${member.name} of a lab cluster: paths are those of this machine.`,
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  annotations:',
    `    kubeadm.kubernetes.io/etcd.advertise-client-urls: ${member.clientUrl}`,
    '  labels:',
    '    component: etcd',
    '    tier: control-plane',
    `  name: etcd-${member.name}`,
    '  namespace: kube-system',
    'spec:',
    '  containers:',
    '  - command:',
    ...commandOf(member, all, shape, changes).map((word) => `    - ${quoted(word)}`),
    ...environmentOf(changes),
    `    image: registry.k8s.io/etcd:${member.version}-0 # the version says which etcd is started`,
    '    imagePullPolicy: IfNotPresent',
    ...probe('livenessProbe', member),
    '    name: etcd',
    '    resources:',
    '      requests:',
    '        cpu: 100m',
    '        memory: 100Mi',
    ...probe('startupProbe', member),
    '    volumeMounts:',
    `    - mountPath: ${member.dataDirectory}`,
    '      name: etcd-data',
    `    - mountPath: ${member.pki}/etcd`,
    '      name: etcd-certs',
    '  hostNetwork: true',
    '  priority: 2000001000',
    '  priorityClassName: system-node-critical',
    '  securityContext:',
    '    seccompProfile:',
    '      type: RuntimeDefault',
    '  volumes:',
    '  - hostPath:',
    `      path: ${member.pki}/etcd`,
    '      type: DirectoryOrCreate',
    '    name: etcd-certs',
    '  - hostPath:',
    `      path: ${member.dataDirectory}`,
    '      type: DirectoryOrCreate',
    '    name: etcd-data',
    'status: {}',
  ]
  return `${lines.join('\n')}\n`
}
