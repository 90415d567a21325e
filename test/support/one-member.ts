// One real member over mutual TLS on free ports, in a directory of its own that goes away with it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { grpcEtcd } from '../../src/adapters/etcd/connector.ts'
import { nodeLauncher } from '../../src/adapters/launcher/node-launcher.ts'
import { nodeLoopback } from '../../src/adapters/loopback/node-loopback.ts'
import { issue } from '../../src/pki/issue.ts'
import { privatePem } from '../../src/pki/key.ts'
import { authority, client, server } from '../../src/pki/profiles.ts'
import type { EtcdBinary } from '../../src/ports/binaries.ts'
import type { Etcd, EtcdTarget } from '../../src/ports/etcd.ts'

export interface OneMember {
  readonly binary: EtcdBinary
  readonly directory: string
  readonly endpoint: string
  /** With a client certificate of the common name `client`. */
  readonly target: EtcdTarget
  /** Paths for tools that take files. */
  readonly files: { readonly ca: string; readonly certificate: string; readonly key: string }
  readonly pid: number
  readonly etcd: Etcd
  stop(): Promise<void>
}

async function layPki(directory: string, endpoint: string) {
  const life = { now: new Date(), days: 1 }
  const ca = await issue(authority('etcd-ca', life))
  const served = await issue(server({ name: 'm1', places: [endpoint] }, life), ca)
  const shown = await issue(client('client', life), ca)
  const put = (name: string, text: string) =>
    writeFile(join(directory, name), text, { mode: 0o600 })
  await put('ca.crt', ca.pem)
  await put('server.crt', served.pem)
  await put('server.key', privatePem(served.key).reveal())
  await put('client.crt', shown.pem)
  await put('client.key', privatePem(shown.key).reveal())
  return { ca: ca.pem, cert: shown.pem, key: privatePem(shown.key) }
}

async function answers(etcd: Etcd, endpoint: string): Promise<void> {
  for (const end = Date.now() + 20_000; ;) {
    try {
      await etcd.maintenance.status(endpoint, { timeoutMs: 1000 })
      return
    } catch (thrown) {
      if (Date.now() > end) throw thrown
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

export async function startOneMember(
  binary: EtcdBinary,
  options: { readonly tls?: boolean; readonly flags?: readonly string[] } = {},
): Promise<OneMember> {
  const { tls = true, flags = [] } = options
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-one-'))
  const [clientPort, peerPort] = await nodeLoopback().freePorts(2)
  const endpoint = `${tls ? 'https' : 'http'}://127.0.0.1:${clientPort}`
  const peer = `http://127.0.0.1:${peerPort}`
  await mkdir(join(directory, 'data'), { mode: 0o700 })
  const material = tls ? await layPki(directory, endpoint) : undefined
  const file = (name: string) => join(directory, name)
  const started = await nodeLauncher().start({
    argv: [
      binary.etcd,
      '--name=m1',
      `--data-dir=${file('data')}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=m1=${peer}`,
      ...(tls
        ? [
            `--cert-file=${file('server.crt')}`,
            `--key-file=${file('server.key')}`,
            '--client-cert-auth=true',
            `--trusted-ca-file=${file('ca.crt')}`,
          ]
        : []),
      ...flags,
    ],
    log: file('etcd.log'),
  })
  const target: EtcdTarget = { endpoints: [endpoint], ...(material && { tls: material }) }
  const etcd = grpcEtcd().connect(target)
  const stop = async () => {
    etcd.close()
    await started.kill()
    await rm(directory, { recursive: true, force: true })
  }
  await answers(etcd, endpoint).catch(async (thrown: unknown) => {
    await stop()
    throw thrown
  })
  const files = { ca: file('ca.crt'), certificate: file('client.crt'), key: file('client.key') }
  return { binary, directory, endpoint, target, files, pid: started.pid, etcd, stop }
}
