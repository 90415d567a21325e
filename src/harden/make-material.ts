// The steps that add or trim files. Each looks first: done twice, it changes nothing the second time.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { dirname } from 'node:path'
import { KeepError } from '../core/error.ts'
import { issue, type Issued } from '../pki/issue.ts'
import { privatePem } from '../pki/key.ts'
import type { Clock } from '../ports/clock.ts'
import type { Files, Owner } from '../ports/files.ts'
import type { Host } from '../ports/host.ts'
import type { CaStep, CertificateStep, ModeStep, TrimStep } from './model.ts'
import { crossOf, type Pair } from './rules/material.ts'

export interface MaterialPorts {
  readonly clock: Clock
  readonly files: Files
  readonly host: Host
}

const YEAR_MS = 365 * 86_400_000
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/

export async function readText(host: Host, path: string): Promise<string | undefined> {
  try {
    return Buffer.from(await host.read(path)).toString()
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.kind === 'not-found') return undefined
    throw thrown
  }
}

const years = ({ clock }: MaterialPorts, count: number) => ({
  // Clocks of members differ a little.
  notBefore: new Date(clock.now().getTime() - 300_000),
  notAfter: new Date(clock.now().getTime() + count * YEAR_MS),
})

/** A CA from its files. Throws `config` where they are missing or no pair. */
async function readCa({ host }: MaterialPorts, { certificate, key }: Pair): Promise<Issued> {
  const [pem, keyPem] = [await readText(host, certificate), await readText(host, key)]
  try {
    if (pem === undefined || keyPem === undefined) throw new Error('it is missing')
    const parsed = new X509Certificate(pem)
    const secret = createPrivateKey(keyPem)
    if (!parsed.checkPrivateKey(secret)) throw new Error('the key belongs to another certificate')
    return {
      pem,
      der: new Uint8Array(parsed.raw),
      key: secret,
      serial: parsed.serialNumber.toLowerCase(),
    }
  } catch (cause) {
    throw new KeepError(
      'config',
      'harden.ca',
      `the CA ${certificate} cannot sign: ${(cause as Error).message}`,
      {
        hint: 'Put its certificate and unencrypted key there, or give another --ca-dir.',
        cause,
      },
    )
  }
}

async function writePairFiles(
  { files }: MaterialPorts,
  place: Pair,
  { made, chain, owner }: { made: Issued; chain: string; owner?: Owner | undefined },
): Promise<void> {
  // Whoever runs the process has to get to its key.
  await files.makeDirectory(dirname(place.key), owner ? 0o755 : 0o700)
  const key = privatePem(made.key).reveal()
  await files.write(place.key, key, { mode: 0o600, ...(owner && { owner }) })
  // The certificate comes last: where it stands, the pair is whole.
  await files.write(place.certificate, chain, { mode: 0o644 })
}

export async function makeCa(ports: MaterialPorts, step: CaStep): Promise<void> {
  if ((await readText(ports.host, step.place.certificate)) !== undefined) {
    await readCa(ports, step.place)
    return
  }
  const request = { commonName: step.commonName, isCa: true, ...years(ports, 10) }
  const made = await issue(request)
  if (step.crossBy) {
    const older = await readCa(ports, step.crossBy)
    const cross = await issue({ ...request, key: made.key, ...years(ports, 1) }, older)
    await ports.files.makeDirectory(dirname(step.place.key))
    await ports.files.write(crossOf(step.place), cross.pem, { mode: 0o644 })
  }
  await writePairFiles(ports, step.place, { made, chain: made.pem })
}

const isAddress = (name: string): boolean => name.includes(':') || /^\d+(\.\d+){3}$/.test(name)

export async function makeCertificate(ports: MaterialPorts, step: CertificateStep): Promise<void> {
  const ca = await readCa(ports, step.ca)
  if ((await readText(ports.host, step.place.certificate)) === undefined) {
    const names = {
      dns: step.names.filter((name) => !isAddress(name)),
      ips: step.names.filter(isAddress),
    }
    const request = { commonName: step.commonName, usages: step.usages, names, ...years(ports, 1) }
    const made = await issue(request, ca)
    const cross = (await readText(ports.host, crossOf(step.ca))) ?? ''
    await writePairFiles(ports, step.place, { made, chain: made.pem + cross, owner: step.owner })
  }
  if ((await readText(ports.host, step.trust)) !== ca.pem)
    await ports.files.write(step.trust, ca.pem, { mode: 0o644 })
}

export async function trimCertificate(
  { files, host }: MaterialPorts,
  step: TrimStep,
): Promise<void> {
  const text = await readText(host, step.path)
  const leaf = BLOCK.exec(text ?? '')?.[0]
  if (leaf !== undefined && leaf !== text) await files.write(step.path, leaf, { mode: 0o644 })
}

export async function setMode({ files, host }: MaterialPorts, step: ModeStep): Promise<void> {
  const { mode } = await host.stat(step.path)
  if (mode !== (mode & step.after)) await files.chmod(step.path, mode & step.after)
}
