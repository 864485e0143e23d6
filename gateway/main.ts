import { createLogger } from '../service/log.ts'
import { runService } from '../service/run-service.ts'
import { readGatewayConfig } from './config.ts'
import { startGateway } from './server/start-gateway.ts'

await runService('gateway', async () => {
  const log = createLogger('gateway')
  const gateway = await startGateway(readGatewayConfig(process.env), log)
  log.info({ url: gateway.url }, 'ready')
  return { log, stop: gateway.stop }
})
