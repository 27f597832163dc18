import { judge } from '../../../src/checks/index.ts'
import type { CellDrift } from '../../../src/drift/index.ts'
import { exitCodes } from '../../../src/kit/errors.ts'
import type { PlannedCell } from '../../../src/kit/matrix/cell.ts'
import type { ToldCheck } from '../../../src/outputs/index.ts'
import type { ReportedVariant } from '../../../src/reporters/index.ts'
import { cellJournal } from '../../support/cell.ts'

const checks = [{ kind: 'failed-share', atMost: 0 }]

/** A cell that is over its budget: no request may fail, and all of an outage do. */
export function overBudget(cell: Partial<PlannedCell> = {}): ReportedVariant {
  const record = cellJournal({ budget: { failedAtMost: 0 }, ...cell }, { plan: { checks } })
  return { record, verdict: judge(record) }
}

/** A cell that could not tell, since its journal was cut. */
export function unknown(cell: Partial<PlannedCell> = {}): ReportedVariant {
  const record = { ...cellJournal({ budget: { failedAtMost: 0 }, ...cell }, { plan: { checks } }), torn: 1 }
  return { record, verdict: { ...judge(record), status: 'inconclusive' } }
}

export const worse: CellDrift = {
  cell: 'refuse/api-1',
  state: 'worse',
  changes: [{ figure: 'failed', direction: 'worse', was: '0 % to 1 %', is: '40 %' }],
}

/** A check with these cells, whose places are lines of nginx.conf, of the budget, of the snapshot. */
export function toldOf(variants: readonly ReportedVariant[], more: Partial<ToldCheck> = {}): ToldCheck {
  return {
    run: { variants },
    exitCode: exitCodes.fail,
    isHeld: true,
    stack: 'shop/badgateway.yaml',
    places: {
      directive: () => ({ file: 'shop/nginx/nginx.conf', line: 12 }),
      budget: () => ({ file: 'shop/badgateway.yaml', line: 40 }),
      snapshot: () => ({ file: 'shop/badgateway.snapshot.json', line: 7 }),
    },
    command: 'npx badgateway check',
    version: '0.1.0',
    whole: 'matrix.html',
    ...more,
  }
}
