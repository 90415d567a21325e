import { resolve } from 'node:path'
import type { LabPorts } from '../lab/model.ts'
import type { Ports } from '../ports/ports.ts'

export const DIRECTORY_FLAG = {
  type: 'string',
  value: 'DIR',
  help: 'where the lab keeps everything it makes',
  default: 'etcdkeep-lab',
} as const

export const labDirectory = (flag: string): string => resolve(flag)

export const labPorts = (ports: Ports): LabPorts => ({ ...ports, host: ports.host() })
