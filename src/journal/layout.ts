import { join } from 'node:path'

/** Where the pieces of one variant's record lie. */
export function variantLayout(folder: string) {
  return {
    folder,
    plan: join(folder, 'plan.json'),
    journal: join(folder, 'journal.jsonl'),
    verdict: join(folder, 'verdict.json'),
    report: join(folder, 'report.html'),
    postmortem: join(folder, 'postmortem.md'),
    junit: join(folder, 'junit.xml'),
    logs: join(folder, 'logs'),
  }
}

export type VariantLayout = ReturnType<typeof variantLayout>

/** Where the pieces of a whole run lie: one folder a variant, and the reports that compare them. */
export function runLayout(folder: string) {
  return {
    folder,
    verdict: join(folder, 'verdict.json'),
    report: join(folder, 'report.html'),
    postmortem: join(folder, 'postmortem.md'),
    junit: join(folder, 'junit.xml'),
    variant: (name: string) => variantLayout(join(folder, name)),
  }
}
