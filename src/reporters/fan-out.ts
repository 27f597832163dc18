import type { LiveReporter } from './reporter.ts'

/**
 * Several live reporters as one. One that throws is told nothing more, and the others never notice; `onBroken` hears of
 * it once.
 */
export function fanOut(
  reporters: readonly LiveReporter[],
  onBroken: (name: string, thrown: unknown) => void,
): LiveReporter {
  const working = new Set(reporters)
  const tellAll = (tell: (reporter: LiveReporter) => void) => {
    for (const reporter of [...working]) {
      try {
        tell(reporter)
      } catch (thrown) {
        working.delete(reporter)
        onBroken(reporter.name, thrown)
      }
    }
  }
  return {
    name: reporters.map((reporter) => reporter.name).join('+'),
    onPlan: (plan) => tellAll((reporter) => reporter.onPlan(plan)),
    onFact: (fact) => tellAll((reporter) => reporter.onFact(fact)),
    onVariant: (variant) => tellAll((reporter) => reporter.onVariant?.(variant)),
    onRepeat: (repeated) => tellAll((reporter) => reporter.onRepeat?.(repeated)),
    beside: (scenario) =>
      fanOut(
        reporters.map((reporter) => reporter.beside?.(scenario) ?? reporter),
        onBroken,
      ),
    onEnd: (ended) => tellAll((reporter) => reporter.onEnd(ended)),
    onGroupEnd: (ended) => tellAll((reporter) => reporter.onGroupEnd?.(ended)),
  }
}
