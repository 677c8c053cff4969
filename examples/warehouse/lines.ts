/** Where a started example can be called, and where it keeps what. */
export interface Started {
  readonly url: string
  /** The file of a token, as seen from where the lines are typed. */
  readonly token: (name: string) => string
  /** The data folder, where it is not the usual one. */
  readonly data: string | undefined
}

/** A line for a shell, and what it shows. */
export type Line = readonly [told: string, line: string]

/** The calls to try: allowed, refused, limited, explained. */
export function linesToTry({ url, token, data }: Started): readonly Line[] {
  const bearer = (name: string) => `-H "Authorization: Bearer $(cat ${token(name)})"`
  const of = data === undefined ? '' : ` --data ${data}`
  const order = `-d '{"item":"saw","count":1}'`
  const six = `for i in 1 2 3 4 5 6; do curl -s -o /dev/null -w '%{http_code}\\n'`
  return [
    ['An allowed call: token_1 may list items', `curl -i ${bearer('token_1')} ${url}/warehouse/items`],
    ['A refused one: token_1 may not order', `curl -i ${bearer('token_1')} ${order} ${url}/warehouse/orders`],
    [
      'A limited one: token_2 may call five times in ten seconds',
      `${six} ${bearer('token_2')} ${url}/warehouse/items/saw; done`,
    ],
    ['What happened: the last calls with their ids', `npx sallyport calls${of}`],
    ['Why? Ask with an id, which is also the Sallyport-Call-Id of the answer', `npx sallyport explain CALL-ID${of}`],
    [
      'Or about a call that was never made',
      `npx sallyport explain 'POST /warehouse/orders' --token @${token('token_1')}${of}`,
    ],
  ]
}
