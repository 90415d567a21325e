// Controls for people: the pages of `explain`.
import { table } from '../core/table.ts'
import { hang, paint, wrap, type Style, type Terminal } from '../core/terminal.ts'
import type { Severity } from '../core/finding.ts'
import type { Control } from '../posture/control.ts'

type Told = Omit<Control, 'examples' | 'subjects' | 'judge'> & {
  readonly examples: readonly {
    readonly name: string
    readonly expect: Readonly<Record<string, string>>
  }[]
}

export const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'magenta',
  high: 'red',
  medium: 'yellow',
  low: 'blue',
}

const NEEDS: Readonly<Record<string, string>> = {
  probes: 'connections to the listeners',
  files: 'the files of the host',
  certificates: 'the certificate files',
  rpc: 'a client certificate for etcd',
  keyspace: 'read access to the stored rows',
  host: 'the host itself',
  backups: 'the snapshot repository',
}

export const needsText = (needs: readonly string[]): string =>
  needs.length === 0
    ? 'the manifests and processes of the host'
    : needs.map((need) => NEEDS[need] ?? need).join(', ')

export function controlText(control: Told, terminal: Terminal): string {
  const width = Math.min(terminal.width, 100)
  const part = (title: string, lines: readonly string[]) =>
    `${paint(terminal, 'bold', title)}\n${lines.join('\n')}`
  const block = (text: string) => wrap(text, width - 2).map((line) => `  ${line}`)
  const severity = paint(terminal, SEVERITY_STYLES[control.severity], control.severity)
  return [
    `${paint(terminal, 'bold', control.id)}  ${severity}, ${control.area}\n${wrap(control.title, width).join('\n')}`,
    part('Why', block(control.rationale)),
    part('Repair', block(control.remediation)),
    part('Looks at', block(needsText(control.needs))),
    part(
      'Examples',
      control.examples.map(({ name, expect }) => {
        const verdicts = [...new Set(Object.values(expect))].join(', ') || 'nothing to judge'
        return hang(`  ${verdicts.padEnd(14)}  `, name, width)
      }),
    ),
    ...(control.references.length > 0
      ? [
          part(
            'References',
            control.references.map(({ standard, id }) => `  ${standard} ${id}`),
          ),
        ]
      : []),
  ].join('\n\n')
}

export function listText(controls: readonly Told[], terminal: Terminal): string {
  const areas = [...new Set(controls.map((control) => control.area))]
  const left = Math.max(...controls.map((control) => control.id.length))
  const parts = areas.map((area) => {
    const rows = controls
      .filter((control) => control.area === area)
      .map((control) => [
        control.id.padEnd(left),
        paint(terminal, SEVERITY_STYLES[control.severity], control.severity.padEnd(8)),
        control.title,
      ])
    return `${paint(terminal, 'bold', area)}\n${table(rows, Math.min(terminal.width, 110))}`
  })
  return [...parts, 'etcdkeep explain CONTROL tells all about one of them.'].join('\n\n')
}
