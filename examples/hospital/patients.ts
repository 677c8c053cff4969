import { z } from 'zod'

export const patient = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  born: z.string(),
  /** Who looks after the patient, as the identity provider names them. */
  doctor: z.string(),
  history: z.array(z.object({ date: z.string(), note: z.string() })),
})

export const patients: readonly z.output<typeof patient>[] = [
  {
    ...{ id: 1, name: 'Ann Archer', email: 'ann@example.com', born: '1970-12-24', doctor: 'adams' },
    history: [
      { date: '2026-01-02', note: 'Fractured wrist' },
      { date: '2026-01-09', note: 'Cast removed' },
    ],
  },
  {
    ...{ id: 2, name: 'Ben Baker', email: 'ben@example.com', born: '1958-03-01', doctor: 'brown' },
    history: [{ date: '2026-01-05', note: 'Raised blood pressure' }],
  },
]
