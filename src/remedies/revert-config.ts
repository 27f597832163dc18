import { changesBetween, diffReleases, readRelease, refusalOf, registerRestore } from '../deploy/index.ts'
import { proxyName } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** The configuration as it last was good, found by comparing: on disk only, so that it is tested before it serves. */
export const revertConfig = defineRemedy({
  kind: 'revert-config',
  about: "Puts every file that differs from the last good release back, and tests it; Nginx's workers go on as before.",
  fields: { service: proxyName },
  make: ({ service }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.proxy(service)
      const { good } = scene.releases
      if (!good) return { ok: false, changed: false, because: 'there is no release on record', evidence: {} }
      const now = await readRelease(proxy, 'what is there now')
      const differs = diffReleases(now, good)
      if (differs.length === 0) {
        return { ok: true, changed: false, because: 'nothing differs from the last good release', evidence: {} }
      }
      const added = now.files.filter(({ path }) => !good.files.some((file) => file.path === path))
      const target = { ...good, files: [...good.files, ...added.map(({ path }) => ({ path, content: null }))] }
      await registerRestore(scene, proxy, now, target)
      await proxy.writeFiles(changesBetween(now, target))
      const refused = await refusalOf(proxy)
      const paths = differs.map(({ path }) => path)
      const evidence = { release: good.hash, paths, lines: differs.flatMap(({ lines }) => lines).slice(0, 40) }
      if (refused !== undefined) {
        return { ok: false, changed: true, because: `nginx -t refuses the last good release: ${refused}`, evidence }
      }
      scene.releases.record(good)
      const because = `${paths.join(', ')} as in ${good.name} again; nginx -t accepts it, and no worker has read it`
      return { ok: true, changed: true, because, evidence }
    },
  }),
})
