import { runSubgraph } from '../kit/run.ts'
import { cart } from './cart.ts'

await runSubgraph(cart)
