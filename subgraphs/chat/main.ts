import { runSubgraph } from '../kit/run.ts'
import { chat } from './chat.ts'

await runSubgraph(chat)
