import { KeepError, messageOf } from '../core/error.ts'
import { Secret } from '../core/secret.ts'
import type { Etcd } from '../ports/etcd.ts'
import { type Lab, type LabMember, type LabPorts, clientFiles } from './model.ts'

/** A client of the lab's cluster, with the health check's certificate; it knows both schemes' material. */
export async function connectLab(ports: LabPorts, lab: Lab): Promise<Etcd> {
  const place = clientFiles(lab)
  const read = async (path: string) => Buffer.from(await ports.host.read(path)).toString()
  return ports.etcd.connect({
    endpoints: lab.members.map(({ clientUrl }) => clientUrl),
    tls: {
      ca: await read(place.ca),
      cert: await read(place.certificate),
      key: new Secret(await read(place.key)),
    },
  })
}

async function answers(etcd: Etcd, member: LabMember): Promise<string | undefined> {
  try {
    const status = await etcd.maintenance.status(member.clientUrl, { timeoutMs: 2_000 })
    return status.leader === 0n ? 'there is no leader yet' : undefined
  } catch (error) {
    return messageOf(error)
  }
}

async function lastWords(ports: LabPorts, member: LabMember): Promise<string> {
  const log = await ports.host.read(member.log).catch(() => new Uint8Array())
  const lines = Buffer.from(log).toString().trimEnd().split('\n')
  return lines.findLast((line) => /"(error|fatal)"| [CE] \|/.test(line)) ?? lines.at(-1) ?? ''
}

/** Waits until every member answers and knows a leader; throws `unavailable` with the member's last words. */
export async function awaitReady(
  ports: LabPorts,
  lab: Lab,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const etcd = await connectLab(ports, lab)
  const end = ports.clock.now().getTime() + (options.timeoutMs ?? 60_000)
  try {
    for (const member of lab.members)
      for (;;) {
        const problem = await answers(etcd, member)
        if (problem === undefined) break
        if (ports.clock.now().getTime() > end)
          throw new KeepError(
            'unavailable',
            'lab.not-ready',
            `${member.name} does not answer: ${problem}`,
            {
              hint: `its log is ${member.log}; the last of it: ${await lastWords(ports, member)}`,
            },
          )
        await ports.clock.sleep(100, options.signal)
      }
  } finally {
    etcd.close()
  }
}
