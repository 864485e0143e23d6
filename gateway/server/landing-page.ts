import type { ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'

const sandbox = ApolloServerPluginLandingPageLocalDefault({
  embed: { runTelemetry: false },
  includeCookies: false,
})

const apology = '<p>Apollo Sandbox cannot be loaded; it appears that you might be offline.</p>'

const withoutInternet = (
  port: number,
) => `<p>Apollo Sandbox comes from the internet, which can not be reached. The graph is here all the same:</p>
<pre>curl --json '{"query":"{ __schema { queryType { fields { name description } } } }"}' http://localhost:${port}/graphql</pre>`

/**
 * Apollo Sandbox in the page itself. Its script comes from Apollo's servers; without internet the page says how
 * to ask all the same.
 */
export const landingPage = (port: number): ApolloServerPlugin => ({
  async serverWillStart(service) {
    const started = await sandbox.serverWillStart?.(service)
    return {
      async renderLandingPage() {
        const page = await started?.renderLandingPage?.()
        return {
          async html() {
            const html = typeof page?.html === 'function' ? await page.html() : page?.html
            return (html ?? '').replace(apology, withoutInternet(port))
          },
        }
      },
    }
  },
})
