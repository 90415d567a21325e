// How a person gives a door that is https already a CA of its own: trust both, move the certificates, forget the old. Pure.
import { dirname } from 'node:path'
import { hostPath, setting, urls, type Launch } from '../../effective/model.ts'
import type { Door } from './doors.ts'
import { hostsOf } from './member-hosts.ts'
import { restartCommands } from './restart-commands.ts'

const CONTROLS: Readonly<Record<string, Door>> = {
  'client-ca-exclusive': 'client',
  'peer-ca-separate': 'peer',
}
const FLAGS = {
  client: { trust: 'trusted-ca-file', cert: 'cert-file', key: 'key-file' },
  peer: { trust: 'peer-trusted-ca-file', cert: 'peer-cert-file', key: 'peer-key-file' },
} as const

const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`

const makeCa = (ca: string): string =>
  `[ -e ${quoted(`${ca}.key`)} ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=${ca.split('/').at(-1)} -addext keyUsage=critical,keyCertSign,cRLSign -keyout ${quoted(`${ca}.key`)} -out ${quoted(`${ca}.crt`)}`

/** Signs a fresh key; the files lie beside those in use until they are moved over them. */
function sign(ca: string, subject: string, place: { cert: string; key: string }, names: string) {
  const [key, cert] = [quoted(`${place.key}.new`), quoted(`${place.cert}.new`)]
  const usages = names === '' ? 'clientAuth' : 'serverAuth,clientAuth'
  const alternative = names === '' ? '' : ` -addext subjectAltName=${names}`
  return [
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=${subject}${alternative} -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=${usages} -CA ${quoted(`${ca}.crt`)} -CAkey ${quoted(`${ca}.key`)} -keyout ${key} -out ${cert}`,
    `mv ${key} ${quoted(place.key)}; mv ${cert} ${quoted(place.cert)}`,
  ]
}

function restartOf({ file, source }: Launch): string {
  const unit = /^unit (\S+)$/.exec(source)?.[1]
  if (unit !== undefined) return restartCommands(unit).join('; ')
  return `mv ${quoted(file ?? '')} /root/; wait until the process has ended; mv it back`
}

const sans = (launch: Launch): string =>
  hostsOf(launch)
    .map((host) => `${/^[\d.]+$|:/.test(host) ? 'IP' : 'DNS'}:${host}`)
    .join(',')

/** Empty where the control is another one, or the launch does not say where its files are. */
export function sharedCaSteps(
  control: string,
  launch: Launch | undefined,
  caDirectory: string,
): readonly string[] {
  const door = CONTROLS[control]
  if (!door || !launch) return []
  const { cert: certFlag, key: keyFlag, trust } = FLAGS[door]
  const [old, cert, key] = [trust, certFlag, keyFlag].map((flag) => setting(launch, flag))
  if (old === undefined || cert === undefined || key === undefined) return []
  const host = (path: string) => hostPath(launch, path)
  const ca = `${caDirectory}/etcd-${door}-ca`
  const inside = `${dirname(cert)}/etcd-${door}-trust.crt`
  const file = quoted(host(inside))
  const own = { cert: host(cert), key: host(key) }
  const [health] = urls(launch, 'advertise-client-urls')
  return [
    'First on every member, one at a time: trust the old CA and the new one.',
    `umask 077; mkdir -p ${quoted(caDirectory)}; ${makeCa(ca)}`,
    `cat ${quoted(host(old))} ${quoted(`${ca}.crt`)} > ${file}; chmod 0644 ${file}`,
    `set --${trust}=${inside} in ${launch.configFile ?? launch.file ?? launch.source}`,
    `${launch.source.startsWith('unit ') ? restartOf(launch) : 'the kubelet restarts it'}; go on once ${health ?? 'it'} is healthy`,
    ...(door === 'peer'
      ? [
          'Then on every member: a peer certificate of the new CA. No restart: it is read at each handshake.',
          ...sign(ca, launch.name, own, sans(launch)),
        ]
      : [
          'Then for every client, the API servers first: a certificate of the new CA, over its own files (here a kube-apiserver of kubeadm).',
          ...sign(
            ca,
            'kube-apiserver-etcd-client',
            {
              cert: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
              key: '/etc/kubernetes/pki/apiserver-etcd-client.key',
            },
            '',
          ),
        ]),
    'Last on every member, one at a time: forget the old CA.',
    `cp ${quoted(`${ca}.crt`)} ${file}; ${restartOf(launch)}`,
    `etcdkeep check --control ${control}`,
  ]
}
