import { build } from 'esbuild'

interface Parser {
  readonly parseWorkflow: typeof import('@actions/workflow-parser').parseWorkflow
  readonly parseAction: typeof import('@actions/workflow-parser/actions/action-parser').parseAction
  readonly NoOperationTraceWriter: typeof import('@actions/workflow-parser').NoOperationTraceWriter
}

const entry = `
export { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
export { parseAction } from '@actions/workflow-parser/actions/action-parser'
`

/** GitHub's own parser of workflows and actions. It imports JSON in a way that Node does not take, so it is bundled. */
async function githubParser(): Promise<Parser> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  return await import(`data:text/javascript;base64,${code}`)
}

const { parseWorkflow, parseAction, NoOperationTraceWriter } = await githubParser()
const trace = new NoOperationTraceWriter()

/** What GitHub says of this text as a workflow, or as an action; empty: it takes it. */
export function githubMistakes(as: 'workflow' | 'action', content: string): string[] {
  const file = { name: `${as}.yml`, content }
  const { context } = as === 'workflow' ? parseWorkflow(file, trace) : parseAction(file, trace)
  return context.errors.getErrors().map(({ message }) => message)
}
