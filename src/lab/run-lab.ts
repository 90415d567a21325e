import { join } from 'node:path'
import type { EtcdBinary } from '../ports/binaries.ts'
import type { Lab, LabPorts } from './model.ts'
import { type Runner, runManifests } from './run-manifests.ts'

/** Runs the members of a lab as long as this process lives, or until the runner is stopped. */
export const runLab = (
  ports: LabPorts,
  lab: Lab,
  binaries: readonly EtcdBinary[],
  note: (line: string) => void,
): Runner =>
  runManifests(ports, {
    manifests: lab.manifests,
    logs: join(lab.directory, 'logs'),
    binaries,
    note,
  })
