// What a restore leaves to people: nothing of it can be seen from etcd alone.
import type { RestorePlan } from './model.ts'

const listed = (names: readonly string[], most = 8): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`

function ofKubernetes({ content, bump }: RestorePlan): readonly string[] {
  if (!content.kubernetes) return []
  return [
    bump === undefined
      ? 'Restart every kube-apiserver, then controllers, schedulers, kubelets and operators: revisions went back, and their caches do not notice.'
      : 'Restart every kube-apiserver, then kube-controller-manager and kube-scheduler: watches are cancelled as compacted, caches are filled anew.',
    'Rotate what came back: Secrets, service-account tokens, RBAC and certificates that were revoked after the snapshot. See which with: etcdkeep snapshot diff.',
    'Look at objects that the old cluster made after the snapshot: volumes, load balancers and pods on nodes still exist, their objects do not.',
    ...(content.encryptionKeys.length > 0
      ? [
          `Have these encryption keys in the EncryptionConfiguration: ${listed(content.encryptionKeys)}.`,
        ]
      : []),
  ]
}

/** Lines for a person, the most urgent first. */
export function checkList(plan: RestorePlan): readonly string[] {
  const { content, members, cluster, token } = plan
  const { alarms, authEnabled, leases, users } = content
  const elsewhere = cluster.filter(({ name }) => !members.some((one) => one.name === name))
  const places = cluster.flatMap(({ name, peerUrls }) => peerUrls.map((url) => `${name}=${url}`))
  return [
    ...(elsewhere.length > 0
      ? [
          `Before any member starts, restore the same snapshot on the hosts of ${listed(elsewhere.map(({ name }) => name))} with --token ${token} --cluster ${places.join(',')}.`,
        ]
      : []),
    ...ofKubernetes(plan),
    ...(authEnabled
      ? [
          `etcd’s users are those of the snapshot (${listed(users)}): old passwords hold again; change them, and remove users that had gone.`,
        ]
      : []),
    ...(alarms.length > 0
      ? [
          `Alarms were raised when the snapshot was taken (${listed(alarms)}): free space, defragment, then etcdctl alarm disarm.`,
        ]
      : []),
    ...(leases > 0
      ? [
          `${leases} lease${leases === 1 ? '' : 's'} began anew with the whole TTL: keys under them live longer than was meant.`,
        ]
      : []),
    'Flags --initial-cluster, --initial-cluster-state and --initial-cluster-token are not read while the restored data is there: manifests stay as they are.',
    'Take a snapshot of the new cluster now, then remove the old data that was moved aside: it is as secret as the live data.',
  ]
}
