import { runSubgraph } from '../kit/run.ts'
import { products } from './products.ts'

await runSubgraph(products)
