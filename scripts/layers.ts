// The layer check: which package may import which (scripts/layers/table.ts). One line a fault; status 1 when there is one.
import { ROOT } from './child.ts'
import { layerFaults } from './layers/faults.ts'

const faults = layerFaults(ROOT)
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
