import { exitCodes } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { type CheckFinding, findingsOf, rules, unknownOf } from './findings.ts'
import type { ToldCheck } from './told.ts'
import { uriOf } from './uri.ts'

/**
 * For code scanning: SARIF 2.1.0. An accepted gap is a suppressed result; a cell that could not tell is a notification,
 * for a result that is missing is one that is fixed to who reads this.
 */
export function sarifText(told: ToldCheck): string {
  const { exitCode, version, stack } = told
  const isSound = exitCode === exitCodes.pass || exitCode === exitCodes.fail
  const notifications = unknownOf(told).map(({ cell, because }) => ({
    level: 'warning',
    message: { text: inert(`${cell} could not tell: ${because}`) },
  }))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'badgateway check', version, rules: described } },
        automationDetails: { id: `badgateway-check/${uriOf(stack)}/` },
        invocations: [{ executionSuccessful: isSound, exitCode, toolExecutionNotifications: notifications }],
        columnKind: 'utf16CodeUnits',
        results: findingsOf(told).map(resultOf),
      },
    ],
  }
  return `${inertJson(log, 2)}\n`
}

const described = Object.entries(rules).map(([id, text]) => ({
  id,
  shortDescription: { text },
  defaultConfiguration: { level: 'error' },
}))

function resultOf({ rule, title, says, change, place, fingerprint, accepted }: CheckFinding) {
  const text = [`${title}.`, says, ...(change === null ? [] : [change])].map((one) => inert(one)).join(' ')
  return {
    ruleId: rule,
    level: 'error',
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(place.file), uriBaseId: '%SRCROOT%' },
          region: { startLine: place.line },
        },
      },
    ],
    // GitHub knows its own name for it alone.
    partialFingerprints: { 'badgatewayCell/v1': fingerprint, primaryLocationLineHash: `${fingerprint}:1` },
    ...(accepted === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: inert(accepted) }] }),
  }
}
