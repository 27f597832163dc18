import type { FileContent } from '../description/definition.ts'
import type { Service } from '../types.ts'

/** A file of the configuration that the image's entrypoint makes anew at each start, and what it makes it of. */
export interface Template {
  /** What is made. */
  rendered: string
  file: FileContent
}

/** Where the official image's entrypoint looks, unless its environment says otherwise. */
export function templatePlaces(env: readonly string[]): { folder: string; suffix: string; output: string } {
  const set = (name: string) => env.findLast((line) => line.startsWith(`${name}=`))?.slice(name.length + 1)
  return {
    folder: set('NGINX_ENVSUBST_TEMPLATE_DIR') ?? '/etc/nginx/templates',
    suffix: set('NGINX_ENVSUBST_TEMPLATE_SUFFIX') ?? '.template',
    output: set('NGINX_ENVSUBST_OUTPUT_DIR') ?? '/etc/nginx/conf.d',
  }
}

/** Those that lie in the container, of files that are in the configuration. */
export async function templatesOf(
  proxy: Pick<Service, 'readFolder'>,
  env: readonly string[],
  isUsed: (path: string) => boolean,
): Promise<Template[]> {
  const { folder, suffix, output } = templatePlaces(env)
  return (await proxy.readFolder(folder)).flatMap((file) => {
    const at = file.as ?? file.path
    if (!at.endsWith(suffix)) return []
    const rendered = `${output}${at.slice(folder.length, -suffix.length)}`
    return isUsed(rendered) ? [{ rendered, file }] : []
  })
}
