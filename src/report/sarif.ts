// SARIF 2.1.0 (OASIS): controls are rules; what failed and what could not be looked at are results.
import type { Finding, Severity } from '../core/finding.ts'
import { PRODUCT } from '../core/product.ts'
import { visible } from '../core/terminal.ts'
import type { CheckResult } from '../posture/check-result.ts'
import type { Control } from '../posture/control.ts'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
}
/** As code-scanning viewers rank: https://docs.github.com/code-security (security-severity). */
const RANKS: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.5',
}

function rule(control: Control) {
  return {
    id: control.id,
    name: control.id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: control.title },
    fullDescription: { text: control.rationale },
    help: { text: control.remediation },
    defaultConfiguration: { level: LEVELS[control.severity] },
    properties: {
      'security-severity': RANKS[control.severity],
      tags: [
        'security',
        control.area,
        ...control.references.map((one) => `${one.standard} ${one.id}`),
      ],
    },
  }
}

/** The file that the finding is about, or that its evidence was read from; viewers want a place. */
function place(finding: Finding): string {
  if (finding.subject.kind === 'file' || finding.subject.kind === 'directory')
    return finding.subject.name
  const source = finding.evidence.map((piece) => /(?:^| )(\/\S+)/.exec(piece.source)?.[1])
  return source.find((path) => path !== undefined) ?? '/etc/kubernetes/manifests/etcd.yaml'
}

function result(finding: Finding, rules: readonly string[]) {
  const open = finding.verdict === 'unknown'
  const lines = finding.evidence.map(
    (piece) => `${piece.source}: ${piece.observed} [${piece.layer}]`,
  )
  const missing = finding.missing === undefined ? [] : [`needs: ${finding.missing}`]
  const { subject, waiver } = finding
  const uri = encodeURI(visible(place(finding))).replace(/^\//, '')
  return {
    ruleId: finding.control,
    ruleIndex: rules.indexOf(finding.control),
    kind: open ? 'open' : 'fail',
    // SARIF §3.27.10: a kind other than fail has the level none.
    level: open ? 'none' : LEVELS[finding.severity],
    message: {
      text: visible([`${subject.name}: ${finding.summary}`, ...lines, ...missing].join('; ')),
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri, uriBaseId: 'HOST' },
          region: { startLine: 1 },
        },
        logicalLocations: [
          {
            name: visible(subject.name),
            kind: subject.kind,
            fullyQualifiedName: visible(`${subject.kind}/${subject.name}`),
          },
        ],
      },
    ],
    partialFingerprints: { 'etcdkeep/v1': finding.fingerprint },
    ...(waiver && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: visible(`${waiver.reason} (${waiver.owner}, until ${waiver.expires})`),
        },
      ],
    }),
  }
}

export function sarif(check: CheckResult, controls: readonly Control[]): string {
  const told = new Set(check.findings.map((one) => one.control))
  const rules = controls.filter((one) => told.has(one.id))
  const ids = rules.map((one) => one.id)
  const shown = check.findings.filter((one) => ['fail', 'waived', 'unknown'].includes(one.verdict))
  const run = {
    tool: {
      driver: {
        name: PRODUCT.name,
        version: PRODUCT.version,
        semanticVersion: PRODUCT.version,
        rules: rules.map(rule),
      },
    },
    invocations: [
      {
        executionSuccessful: true,
        startTimeUtc: check.startedAt,
        endTimeUtc: check.finishedAt,
        toolExecutionNotifications: check.troubles.map((one) => ({
          level: 'warning',
          message: { text: visible(`${one.source}: ${one.why}`) },
        })),
      },
    ],
    originalUriBaseIds: { HOST: { uri: 'file:///' } },
    columnKind: 'utf16CodeUnits',
    results: shown.map((finding) => result(finding, ids)),
  }
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)
}
