import { runSubgraph } from '../kit/run.ts'
import { reviews } from './reviews.ts'

await runSubgraph(reviews)
