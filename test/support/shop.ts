import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { connectEngine, testcontainersEnvironment } from '../../src/engine/engine.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { ensureImages } from '../../src/images/images.ts'
import { type ImageName, imageNames } from '../../src/images/names.ts'
import { dockerFolder } from '../../src/kit/home.ts'
import { definitionsOf } from '../../src/shop/define.ts'
import { shopOf } from '../../src/shop/measures.ts'
import { stackSpec } from '../../src/shop/stack-spec.ts'
import { raiseWithStaging } from '../../src/stack/raise/staging.ts'
import type { Stack } from '../../src/stack/types.ts'
import { freshFolder } from './folder.ts'

export interface RaisedShop {
  stack: Stack
  /** With one of its measures. */
  staging?: Stack
  docker: Dockerode
  runId: string
}

/** A shop of its own for a test file; whoever raises it lowers it. `images` are made beside the usual ones. */
export async function raiseShop(
  options: { measures?: string[]; stack?: object; images?: readonly ImageName[] } = {},
): Promise<RaisedShop> {
  const engine = await connectEngine(process.env)
  Object.assign(process.env, testcontainersEnvironment(engine))
  const { docker } = engine
  const runId = `test-${randomBytes(4).toString('hex')}`
  const raised = await raiseWithStaging({
    docker,
    runId,
    labels: runLabels({ runId, journalFile: join(await freshFolder(), 'journal.jsonl') }),
    images: await ensureImages(docker, { only: [...imageNames, ...(options.images ?? [])] }),
    dockerFolder: dockerFolder(),
    ...definitionsOf(shopOf(stackSpec.parse(options.stack ?? {}), options.measures ?? [])),
  })
  return { ...raised, docker, runId }
}
