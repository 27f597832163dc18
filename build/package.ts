import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleProgram } from '../src/images/bundle.ts'
import { projectJsonSchema } from '../src/project/index.ts'

// What `npm pack` takes along besides the sources: dist/ for Node without type stripping in node_modules, the JSON
// Schema of badgateway.yaml, and each image's program in one file, because the package has no bundler. `--clean`
// takes all of it away again, so that the repository runs from its sources only.
const root = join(import.meta.dirname, '..')
const images = join(root, 'docker')
const withProgram = readdirSync(images).filter((name) => existsSync(join(images, name, 'main.ts')))

rmSync(join(root, 'dist'), { recursive: true, force: true })
for (const name of withProgram) rmSync(join(images, name, 'app.mjs'), { force: true })

if (!process.argv.includes('--clean')) {
  const compiler = join(root, 'node_modules', '.bin', 'tsc')
  // Standard output belongs to `npm pack --json`.
  const { status } = spawnSync(compiler, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
  const schema = JSON.stringify(projectJsonSchema(), undefined, 2)
  writeFileSync(join(root, 'dist', 'badgateway.schema.json'), schema)
  for (const name of withProgram) writeFileSync(join(images, name, 'app.mjs'), await bundleProgram(join(images, name)))
}
