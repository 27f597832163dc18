import type { BackendRelease } from '../../src/shop/index.ts'
import { serveShop } from './serve.ts'
import { web } from './web.ts'

const name: BackendRelease = '1.8.2'
await serveShop({ name, web }, process)
