// A member's manifest turned into one that names a configuration file, with the file, in which stands what it said.
import { join } from 'node:path'
import type { LabMember } from '../../src/lab/model.ts'

export const configPath = (member: LabMember): string => join(member.pki, 'etcd', 'etcd.yaml')

export function withConfigFile(
  manifest: string,
  path: string,
): { readonly config: string; readonly manifest: string } {
  const flags = new Map(
    [...manifest.matchAll(/^ +- --([\w-]+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
  const line = ([name, value]: [string, string]) =>
    `${name}: ${/^(true|false|\d+)$/.test(value) ? value : JSON.stringify(value)}`
  const inside = (prefix: string) =>
    ['cert-file', 'key-file', 'trusted-ca-file', 'client-cert-auth'].flatMap((key) => {
      const value = flags.get(`${prefix}${key}`)
      flags.delete(`${prefix}${key}`)
      return value === undefined ? [] : [`  ${line([key, value])}`]
    })
  const config = [
    '# kept by hand',
    'peer-transport-security: # between members',
    ...inside('peer-'),
    'client-transport-security:',
    ...inside(''),
    ...[...flags].map(line),
  ].join('\n')
  const program = `    - etcd\n    - --config-file=${path}\n`
  return {
    config: `${config}\n`,
    manifest: manifest.replace(/^ +- etcd\n( +- --.*\n)+/m, program),
  }
}
