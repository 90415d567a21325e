// The files that tell kube-apiserver whom to let in: AuthenticationConfiguration and AuthorizationConfiguration.
import { parse } from 'yaml'
import { z } from 'zod'
import { whyNoYaml } from '../../core/foreign-yaml.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { AccessConfig } from '../facts/apiserver.ts'
import { pathOnHost } from './file-references.ts'
import { notSeen } from './look-at-file.ts'

const authorization = z.object({ authorizers: z.array(z.object({ type: z.string() })) })
const authentication = z.object({
  anonymous: z
    .object({
      enabled: z.boolean().default(false),
      conditions: z.array(z.object({ path: z.string() })).default([]),
    })
    .nullish(),
})

async function read<T>(
  host: Host,
  launch: Launch,
  flag: string,
  schema: z.ZodType<T>,
): Promise<Fact<T>> {
  const path = pathOnHost(launch, setting(launch, flag) ?? '')
  try {
    const text = Buffer.from(await host.read(path)).toString('utf8')
    const why = whyNoYaml(text)
    if (why !== undefined) return missing(`${path}: ${why}`, 'a file that kube-apiserver accepts')
    const parsed = schema.safeParse(parse(text, { maxAliasCount: 100, uniqueKeys: false }))
    return parsed.success
      ? known(parsed.data)
      : missing(`${path} is not what --${flag} expects`, 'a file that kube-apiserver accepts')
  } catch (thrown) {
    return thrown instanceof Error && thrown.name === 'YAMLParseError'
      ? missing(`${path} is no YAML`, 'a file that kube-apiserver accepts')
      : notSeen(path, thrown)
  }
}

const mapped = <T, U>(fact: Fact<T>, map: (value: T) => U): Fact<U> =>
  fact.known ? known(map(fact.value)) : fact

/** Never throws. */
export async function accessConfig(host: Host, launch: Launch): Promise<AccessConfig> {
  const given = (flag: string) => setting(launch, flag) !== undefined
  return {
    ...(given('authorization-config') && {
      authorizers: mapped(await read(host, launch, 'authorization-config', authorization), (file) =>
        file.authorizers.map((one) => one.type),
      ),
    }),
    ...(given('authentication-config') && {
      anonymous: mapped(
        await read(host, launch, 'authentication-config', authentication),
        ({ anonymous }) =>
          anonymous
            ? { enabled: anonymous.enabled, paths: anonymous.conditions.map((one) => one.path) }
            : null,
      ),
    }),
  }
}
