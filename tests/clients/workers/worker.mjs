import { app } from '@sallyport/sdk'
import { worker } from '@sallyport/sdk/cloudflare'
import { optionsFor } from './orders.ts'

export default worker(env => app(optionsFor(env)))
